import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safeSubPath, volumeMounts } from './mounts';

describe('volumeMounts', () => {
  let folder: string;
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'volume-')))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes a missing subPath, and expands its variables', async () => {
    const volumes = new Map([['v', { path: folder, readOnly: false }]]);
    const container = { name: 'a', volumeMounts: [{ name: 'v', mountPath: 'data', subPathExpr: 'logs/$(POD)', readOnly: true }] };
    const mounts = await volumeMounts(container, volumes, [{ name: 'POD', value: 'web' }]);
    expect(mounts).toEqual([
      expect.objectContaining({ containerPath: '/data', hostPath: join(folder, 'logs/web'), readonly: true }),
    ]);
    expect(existsSync(join(folder, 'logs/web'))).toBe(true);
    await expect(volumeMounts(container, volumes, [])).rejects.toThrow('missing value for "POD"');
    await expect(volumeMounts(container, new Map(), [])).rejects.toThrow('volume "v" not found');
  });

  it.each([0o777, 0o2770, 0o755])('makes a missing subPath with the permissions of its volume (%o)', async (mode) => {
    chmodSync(folder, mode);
    expect(statSync(await safeSubPath(folder, 'a/b')).mode & 0o7777).toBe(mode);
  });

  it('does not follow links out of the volume', async () => {
    symlinkSync('/etc', join(folder, 'out'));
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'in'));
    expect(await safeSubPath(folder, 'in')).toBe(join(folder, 'real'));
    await expect(safeSubPath(folder, 'out')).rejects.toThrow('leads out of the volume');
    await expect(safeSubPath(folder, 'out/new')).rejects.toThrow('leads out of the volume');
    await expect(safeSubPath(folder, '../x')).rejects.toThrow('must not');
  });
});
