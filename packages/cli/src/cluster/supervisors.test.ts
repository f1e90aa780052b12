import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { runningSupervisors, supervisedFolder } from './supervisors';

it.each<[string, string[], string | undefined]>([
  ['a supervisor', ['/usr/bin/node', '/opt/typekube.js', 'supervise', '/var/lib/a', '{}'], '/var/lib/a'],
  ['one that begins', ['unshare', '--mount', 'sh', '-c', 'x', 'sh', '/usr/bin/node', '/opt/bin/typekube', 'supervise', '/var/lib/a', '{}'], '/var/lib/a'],
  ['another command', ['/usr/bin/node', '/opt/typekube.js', 'down', '--data-dir', '/var/lib/a'], undefined],
  ['an editor', ['vi', '/opt/typekube.js', 'supervise', '/var/lib/a'], undefined],
  ['a process of the kernel', [''], undefined],
])('knows %s', (_, words, root) => expect(supervisedFolder(words)).toBe(root));

it('does not lose sight of a supervisor while it becomes another program, as it does when it begins', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'supervisors-'));
  const program = join(folder, 'typekube.js');
  writeFileSync(program, 'exec sh "$0" "$@"');
  const child = spawn('sh', [program, 'supervise', folder], { stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    while (!runningSupervisors().has(folder)) await setImmediate();
    const seen = Array.from({ length: 300 }, () => runningSupervisors().get(folder));
    expect(new Set(seen)).toEqual(new Set([child.pid]));
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
