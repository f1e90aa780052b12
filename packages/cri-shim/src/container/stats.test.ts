import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { outOfMemoryKills } from './cgroup';
import { cgroupUsage } from './stats';

/** Trees as the kernel shows them. */
const V1 = {
  'cpuacct/pod/c/cpuacct.usage': '123456789\n',
  'memory/pod/c/memory.stat': 'cache 5\nrss 7\ntotal_inactive_file 100\ntotal_rss 700\ntotal_pgfault 3\ntotal_pgmajfault 1\n',
  'memory/pod/c/memory.usage_in_bytes': '1100\n',
  'memory/pod/c/memory.limit_in_bytes': '2000\n',
  'memory/pod/c/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
  'pids/pod/c/pids.current': '4\n',
};
const V2 = {
  'pod/c/cpu.stat': 'usage_usec 123456\nuser_usec 1\n',
  'pod/c/memory.stat': 'anon 700\ninactive_file 100\npgfault 3\npgmajfault 1\n',
  'pod/c/memory.current': '1100\n',
  'pod/c/memory.max': 'max\n',
  'pod/c/memory.events': 'low 0\noom 1\noom_kill 1\n',
  'pod/c/pids.current': '4\n',
};

describe('usage of a cgroup', () => {
  let cgroupRoot: string;
  beforeEach(() => (cgroupRoot = mkdtempSync(join(tmpdir(), 'cgroup-'))));
  afterEach(() => rmSync(cgroupRoot, { recursive: true }));

  function tree(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cgroupRoot, path)), { recursive: true });
      writeFileSync(join(cgroupRoot, path), text);
    }
  }

  const memory = { workingSetBytes: { value: 1000 }, usageBytes: { value: 1100 }, rssBytes: { value: 700 }, pageFaults: { value: 3 }, majorPageFaults: { value: 1 } };

  it('is read from the hierarchies of version 1', async () => {
    tree(V1);
    const host = { cgroupVersion: 1, cgroupRoot } as const;
    expect(await cgroupUsage(host, '/pod/c')).toMatchObject({ cpu: { usageCoreNanoSeconds: { value: 123_456_789 } }, memory: { ...memory, availableBytes: { value: 1000 } }, processes: 4 });
    expect(await outOfMemoryKills(host, '/pod/c')).toBe(2);
  });

  it('is read from the tree of version 2', async () => {
    tree(V2);
    const host = { cgroupVersion: 2, cgroupRoot } as const;
    const usage = await cgroupUsage(host, '/pod/c');
    expect(usage).toMatchObject({ cpu: { usageCoreNanoSeconds: { value: 123_456_000 } }, memory, processes: 4 });
    expect(usage?.memory.availableBytes).toBeUndefined();
    expect(await outOfMemoryKills(host, '/pod/c')).toBe(1);
  });

  it('is nothing where the cgroup is gone', async () => {
    for (const cgroupVersion of [1, 2] as const) {
      expect(await cgroupUsage({ cgroupVersion, cgroupRoot }, '/pod/c')).toBeUndefined();
      expect(await outOfMemoryKills({ cgroupVersion, cgroupRoot }, '/pod/c')).toBe(0);
    }
  });
});
