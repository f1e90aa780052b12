import { keptFlags, mountTable } from './mounts';

describe('keptFlags', () => {
  const table = mountTable(
    [
      '22 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
      '30 22 0:27 / /data rw,nosuid,nodev,noexec,relatime shared:9 - tmpfs tmpfs rw',
      '31 30 0:28 / /data/over rw,nosuid - tmpfs tmpfs rw',
      '32 31 0:29 / /data/over rw,relatime - tmpfs tmpfs rw,nosuid',
    ].join('\n'),
  );

  it.each([
    ['/data', ['nosuid', 'noexec', 'nodev']],
    ['/data/a/b', ['nosuid', 'noexec', 'nodev']],
    ['/database', []],
    ['/', []],
    // What was mounted last is what is seen.
    ['/data/over/x', []],
  ])('of %s are %j', (path, expected) => {
    expect(keptFlags(path, table)).toEqual(expected);
  });
});
