import { supervisedFolder } from './supervisors';

it.each<[string, string[], string | undefined]>([
  ['a supervisor', ['/usr/bin/node', '/opt/typekube.js', 'supervise', '/var/lib/a', '{}'], '/var/lib/a'],
  ['one that begins', ['unshare', '--mount', 'sh', '-c', 'x', 'sh', '/usr/bin/node', '/opt/bin/typekube', 'supervise', '/var/lib/a', '{}'], '/var/lib/a'],
  ['another command', ['/usr/bin/node', '/opt/typekube.js', 'down', '--data-dir', '/var/lib/a'], undefined],
  ['an editor', ['vi', '/opt/typekube.js', 'supervise', '/var/lib/a'], undefined],
  ['a process of the kernel', [''], undefined],
])('knows %s', (_, words, root) => expect(supervisedFolder(words)).toBe(root));
