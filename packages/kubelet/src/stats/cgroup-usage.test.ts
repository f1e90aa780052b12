import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CgroupUsageReader } from './cgroup-usage';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cgroup-usage-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function tree(files: Readonly<Record<string, string>>): CgroupUsageReader {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return new CgroupUsageReader(folder);
}

it('reads a cgroup of version 2', async () => {
  const reader = tree({
    'a/cpu.stat': 'usage_usec 5\nuser_usec 3\n',
    'a/memory.stat': 'anon 300\nfile 500\ninactive_file 200\npgfault 7\npgmajfault 1\n',
    'a/memory.current': '1000\n',
    'a/pids.current': '4\n',
  });
  const memory = { usage: 1000, workingSet: 800, rss: 300, pageFaults: 7, majorPageFaults: 1 };
  expect(await reader.read('/a')).toEqual({ cpuNanoseconds: 5000, memory, processes: 4 });
});

it('reads a cgroup of version 1 with those below it, and one that nobody counts processes of', async () => {
  const reader = tree({
    'cpuacct/a/cpuacct.usage': '77\n',
    'memory/a/memory.stat': 'rss 1\ninactive_file 2\ntotal_rss 30\ntotal_inactive_file 1200\ntotal_pgfault 5\n',
    'memory/a/memory.usage_in_bytes': '1000\n',
  });
  const memory = { usage: 1000, workingSet: 0, rss: 30, pageFaults: 5, majorPageFaults: 0 };
  expect(await reader.read('/a')).toEqual({ cpuNanoseconds: 77, memory, processes: 0 });
});

it('knows nothing of a cgroup that is gone', async () => {
  expect(await tree({ 'memory/b/memory.stat': '' }).read('/a')).toBeUndefined();
});
