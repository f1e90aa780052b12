import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type KernelFiles, machineUsage } from './machine-usage';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'machine-usage-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const PROC = {
  'proc/uptime': '100.50 20.00\n',
  'proc/stat': 'cpu  10 1 2 500 9 3 4 0 0 0\ncpu0 1 1 1 1 1 1 1\n',
  'proc/meminfo': 'MemTotal:        1000 kB\nMemFree:          400 kB\nInactive(file):   100 kB\nHugePages_Total:       0\n',
  'proc/loadavg': '0.1 0.2 0.3 4/197 20426\n',
  'proc/sys/kernel/pid_max': '32768\n',
  'proc/sys/kernel/threads-max': '1000\n',
};

function kernel(files: Readonly<Record<string, string>>): KernelFiles {
  for (const [name, text] of Object.entries({ ...PROC, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { proc: join(folder, 'proc'), cgroup: join(folder, 'cgroup') };
}

it('is what the kernel says', async () => {
  expect(await machineUsage(kernel({}), 200_500)).toEqual({
    startedAt: 100_000,
    cpuNanoseconds: 200_000_000,
    memory: { capacity: 1024_000, usage: 614_400, workingSet: 512_000, available: 512_000 },
    processes: { running: 197, most: 1000 },
  });
});

it('takes the sum of the root cgroup where it has one', async () => {
  const files = kernel({ 'cgroup/memory/memory.usage_in_bytes': '300000\n', 'cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 100000\n' });
  expect((await machineUsage(files, 0)).memory).toEqual({ capacity: 1024_000, usage: 300_000, workingSet: 200_000, available: 824_000 });
});
