import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cgroupRootOf, processesInCgroups, removeCgroups } from './cgroups';

describe('the cgroups of pods', () => {
  const own = cgroupRootOf('/data');
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cgroup-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const make = (path: string, processes?: string): void => {
    mkdirSync(join(folder, path), { recursive: true });
    if (processes !== undefined) writeFileSync(join(folder, path, 'cgroup.procs'), processes);
  };

  it('are removed in all hierarchies, with none of another cluster', () => {
    const others = ['cpu/kubepods/pod2', `cpu${cgroupRootOf('/data2')}/kubepods`];
    for (const path of [`cpu${own}/kubepods/besteffort/pod1`, `memory${own}/kubepods`, `.${own}/kubepods`, ...others]) make(path);
    removeCgroups('/data', folder);
    expect(['cpu', 'memory', '.'].filter((hierarchy) => existsSync(join(folder, hierarchy + own)))).toEqual([]);
    expect(others.filter((path) => existsSync(join(folder, path)))).toEqual(others);
  });

  it('tell which processes are in them', () => {
    make(`cpu${own}/kubepods/pod1/c1`, '7\n8\n');
    make(`memory${own}/kubepods/pod1/c1`, '7\n8\n');
    make(`cpu${cgroupRootOf('/data2')}/kubepods/pod1/c1`, '9\n');
    expect(processesInCgroups('/data', folder)).toEqual([7, 8]);
    expect(processesInCgroups('/data', join(folder, 'nothing'))).toEqual([]);
  });

  it('stay while they are in use', () => {
    make(`cpu${own}/kubepods/pod1`, '7\n');
    removeCgroups('/data', folder);
    expect(existsSync(join(folder, `cpu${own}/kubepods/pod1`))).toBe(true);
  });
});
