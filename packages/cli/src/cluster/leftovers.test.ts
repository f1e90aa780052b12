import { isOurs } from './leftovers';

describe('isOurs', () => {
  it.each<[string, string[], boolean]>([
    ['a component', ['node', '/x/.bin/kubelet', '--root-dir=/data/kubelet'], true],
    ['containerd', ['containerd', '--config', '/data/containerd/config.toml'], true],
    ["a container's shim", ['/usr/bin/containerd-shim-runc-v2', '-id', 'a', '-address', '/data/run/containerd.sock'], true],
    ['a component of another cluster', ['node', '/x/.bin/kubelet', '--root-dir=/data2/kubelet'], false],
    ['an editor', ['vim', '/data/kubelet/config'], false],
    ['a look at a folder', ['ls', '/data/kubelet'], false],
    ['the command itself', ['sudo', 'typekube', 'down', '--data-dir', '/data'], false],
    ['a process without a command line', [''], false],
  ])('%s', (_, words, expected) => {
    expect(isOurs(words, '/data')).toBe(expected);
  });
});
