import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CgroupFacts, chooseOciRuntime, mountScript, ociRuntimeInPlace } from './oci-runtime';

const HEAD = '#subsys_name\thierarchy\tnum_cgroups\tenabled\n';
const NULL_MOUNT = '89 83 0:6 /null /dev/null ro,relatime shared:40 - devtmpfs devtmpfs rw';
const ROOT = '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw';
const v1 = (name: string, at = `/sys/fs/cgroup/${name}`): string => `31 30 0:28 / ${at} rw,relatime - cgroup cgroup rw,${name}`;
const TMPFS = '30 22 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755';
const UNIFIED = '40 30 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw';
const V1_NAMES = ['cpu,cpuacct', 'memory', 'pids', 'devices', 'name=systemd'];

function facts(mounts: readonly string[], { controllers = '', unified = {} }: { controllers?: string; unified?: Partial<CgroupFacts['unified']> } = {}): CgroupFacts {
  return { mounts: [ROOT, ...mounts, ''].join('\n'), controllers: HEAD + controllers, unified: { controllers: '', inUse: '', ...unified } };
}

const V1 = [TMPFS, ...V1_NAMES.map((name) => v1(name))];
const HYBRID = [...V1, UNIFIED];
const HUGETLB = { controller: 'hugetlb' };

const fit: readonly [string, CgroupFacts, readonly unknown[]][] = [
  ['v2', facts(['30 22 0:27 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate'], { controllers: 'cpu\t0\t9\t1\n', unified: { controllers: '' } }), ['null']],
  ['v1', facts(V1, { controllers: 'cpu\t2\t9\t1\nhugetlb\t0\t1\t1\n' }), ['null']],
  ['hybrid with an empty v2 tree', facts(HYBRID, { controllers: 'memory\t4\t9\t1\nperf_event\t0\t1\t1\n' }), ['null']],
  ['hybrid with a spare controller in the v2 tree', facts(HYBRID, { unified: { controllers: 'hugetlb\n' } }), ['null', HUGETLB]],
  ['hybrid with two of them', facts(HYBRID, { unified: { controllers: 'hugetlb misc\n' } }), ['null', HUGETLB, { controller: 'misc' }]],
  ['hybrid where another cluster has mounted it for itself', facts(HYBRID, { controllers: 'memory\t4\t9\t1\nhugetlb\t11\t1\t1\n' }), ['null', HUGETLB]],
  ['hybrid with everything in place', facts([...HYBRID, v1('hugetlb', '/data/run/cgroups/hugetlb'), NULL_MOUNT], { controllers: 'hugetlb\t11\t1\t1\n' }), []],
];

const unfit: readonly [string, CgroupFacts, string][] = [
  ['no cgroups', facts([]), 'there are no cgroups at /sys/fs/cgroup'],
  ['hybrid with memory in the v2 tree', facts(HYBRID, { unified: { controllers: 'hugetlb cpuset io\n' } }), 'cgroups are of both versions here, and cpuset, io not of version 1'],
  ['hybrid with the v2 tree in use', facts(HYBRID, { unified: { controllers: 'hugetlb\n', inUse: 'hugetlb\n' } }), 'hugetlb of /sys/fs/cgroup/unified is in use'],
];

describe('the OCI runtime', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oci-runtime-'));
  const [bin, other] = [join(folder, 'bin'), join(folder, 'other')];
  const [crun, kata] = [join(bin, 'crun'), join(other, 'kata')];
  const path = `/nowhere:${bin}`;
  const [, v2] = fit[0]!;

  beforeAll(() => {
    for (const at of [bin, other, join(other, 'crun')]) mkdirSync(at);
    for (const at of [crun, kata]) writeFileSync(at, '', { mode: 0o755 });
    writeFileSync(join(other, 'plain'), '', { mode: 0o644 });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(fit)('is crun with cgroups %s', (_name, cgroups, mounts) => {
    expect(chooseOciRuntime(undefined, { path, cgroups })).toEqual({ program: crun, mounts, because: 'it is the fastest' });
  });

  it.each(unfit)('is runc with %s', (_name, cgroups, problem) => {
    expect(chooseOciRuntime(undefined, { path, cgroups })).toEqual({ program: 'runc', mounts: [], because: `crun would not work: ${problem}` });
    expect(() => chooseOciRuntime('crun', { path, cgroups })).toThrow(`--oci-runtime: crun would not work: ${problem}`);
    expect(chooseOciRuntime(kata, { path, cgroups })).toMatchObject({ program: kata, mounts: [] });
  });

  it('is runc where there is no crun: a folder of that name is none', () => {
    expect(chooseOciRuntime(undefined, { path: `/nowhere:${other}`, cgroups: v2 })).toEqual({ program: 'runc', mounts: [], because: 'crun is not there' });
  });

  it.each([
    ['crun', crun],
    [crun, crun],
    [kata, kata],
  ])('is what the user wants: %s', (wish, program) => {
    expect(chooseOciRuntime(wish, { path, cgroups: v2 })).toMatchObject({ program, because: '--oci-runtime says so' });
  });

  it.each([
    ['kata', '--oci-runtime: there is no program "kata" in PATH'],
    ['', '--oci-runtime: there is no program "" in PATH'],
    ['/no/such/crun', '--oci-runtime: there is no program "/no/such/crun"'],
    [other, `--oci-runtime: there is no program "${other}"`],
    [join(other, 'plain'), `--oci-runtime: there is no program "${join(other, 'plain')}"`],
    ['bin/crun', '--oci-runtime must be a name or an absolute path, not "bin/crun"'],
  ])('is not what is not there: "%s"', (wish, problem) => {
    expect(() => chooseOciRuntime(wish, { path, cgroups: v2 })).toThrow(new Error(problem));
  });

  it('is not crun where what it needs was not mounted', () => {
    const refused = { path, cgroups: facts([...HYBRID, NULL_MOUNT], { unified: { controllers: 'hugetlb\n' } }) };
    expect(ociRuntimeInPlace(undefined, refused)).toEqual({ program: 'runc', because: 'crun would not work: what it needs could not be mounted: cgroups of hugetlb' });
    expect(() => ociRuntimeInPlace('crun', refused)).toThrow('--oci-runtime: crun would not work: what it needs could not be mounted: cgroups of hugetlb');
    const [, inPlace] = fit.at(-1)!;
    expect(ociRuntimeInPlace(undefined, { path, cgroups: inPlace })).toMatchObject({ program: crun });
  });

  it('has what it needs mounted by a script', () => {
    expect(mountScript([])).toBe('');
    expect(mountScript(['null', HUGETLB])).toBe(
      'mount --bind /dev/null /dev/null && mount -o remount,bind,ro /dev/null\nmkdir -p "$0/hugetlb" && mount -t cgroup -o hugetlb cgroup "$0/hugetlb"\n',
    );
  });
});
