import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, isAbsolute } from 'node:path';
import { findProgram } from './host';

/** What the kernel says of this machine's cgroups. */
export interface CgroupFacts {
  /** /proc/self/mountinfo */
  readonly mounts: string;
  /** /proc/cgroups */
  readonly controllers: string;
  /** What the v2 tree beside v1 hierarchies has to give, and gives to the cgroups below it: `cgroup.controllers` and `cgroup.subtree_control` there. */
  readonly unified: { readonly controllers: string; readonly inUse: string };
}

export interface OciRuntimeFacts {
  /** As in `PATH`. */
  readonly path: string;
  readonly cgroups: CgroupFacts;
}

export interface OciRuntimeChoice {
  /** The program that makes containers. */
  readonly program: string;
  /** What is to be mounted for it, where only the cluster's processes see it. */
  readonly mounts: readonly MissingMount[];
  readonly because: string;
}

/** A v1 hierarchy of a controller, or the machine's /dev/null in such a way that it cannot be given to another owner. */
export type MissingMount = { readonly controller: string } | 'null';

const CGROUPS = '/sys/fs/cgroup';
const UNIFIED = `${CGROUPS}/unified`;

/** Controllers that neither the kubelet nor cri-shim sets limits by where they have no hierarchy in its usual place. */
const SPARE: ReadonlySet<string> = new Set(['hugetlb', 'misc', 'rdma']);

export function probeOciRuntime(): OciRuntimeFacts {
  const unified = (name: string): string => (existsSync(`${UNIFIED}/${name}`) ? readFileSync(`${UNIFIED}/${name}`, 'utf8') : '');
  return {
    path: process.env['PATH'] ?? '',
    cgroups: {
      mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
      controllers: readFileSync('/proc/cgroups', 'utf8'),
      unified: { controllers: unified('cgroup.controllers'), inUse: unified('cgroup.subtree_control') },
    },
  };
}

/** What the user wants; else crun, which starts a container in a quarter of runc's time, where it is and works; else runc. Fails for a wish that cannot be met. */
export function chooseOciRuntime(wish: string | undefined, { path, cgroups }: OciRuntimeFacts): OciRuntimeChoice {
  if (wish !== undefined) return meetWish(wish, { path, cgroups });
  const crun = findProgram('crun', path.split(delimiter));
  if (crun === undefined) return { program: 'runc', mounts: [], because: 'crun is not there' };
  const needs = needsOfCrun(cgroups);
  return 'problem' in needs ? { program: 'runc', mounts: [], because: `crun would not work: ${needs.problem}` } : { program: crun, ...needs, because: 'it is the fastest' };
}

/** The same, once what it needs has been mounted. Where that was refused it is runc, or, against the user's wish, an error. */
export function ociRuntimeInPlace(wish: string | undefined, facts: OciRuntimeFacts): Pick<OciRuntimeChoice, 'program' | 'because'> {
  const choice = chooseOciRuntime(wish, facts);
  if (!choice.mounts.length) return choice;
  const refused = choice.mounts.map((mount) => (mount === 'null' ? NULL : `cgroups of ${mount.controller}`)).join(', ');
  const because = `crun would not work: what it needs could not be mounted: ${refused}`;
  if (wish !== undefined) throw new Error(`--oci-runtime: ${because}`);
  return { program: 'runc', because };
}

/** The commands of a shell that mount it, below the folder that is the script's `$0`. */
export function mountScript(mounts: readonly MissingMount[]): string {
  const lines = mounts.map((mount) =>
    mount === 'null'
      ? `mount --bind ${NULL} ${NULL} && mount -o remount,bind,ro ${NULL}`
      : `mkdir -p "$0/${mount.controller}" && mount -t cgroup -o ${mount.controller} cgroup "$0/${mount.controller}"`,
  );
  return lines.map((line) => `${line}\n`).join('');
}

function meetWish(wish: string, { path, cgroups }: OciRuntimeFacts): OciRuntimeChoice {
  if (wish.includes('/') && !isAbsolute(wish)) throw new Error(`--oci-runtime must be a name or an absolute path, not "${wish}"`);
  const program = isAbsolute(wish) ? findProgram(basename(wish), [wish.slice(0, wish.lastIndexOf('/') + 1)]) : findProgram(wish, path.split(delimiter));
  if (program === undefined) throw new Error(`--oci-runtime: there is no program "${wish}"${isAbsolute(wish) ? '' : ' in PATH'}`);
  const needs = basename(program).startsWith('crun') ? needsOfCrun(cgroups) : { mounts: [] };
  if ('problem' in needs) throw new Error(`--oci-runtime: crun would not work: ${needs.problem}`);
  return { program, ...needs, because: '--oci-runtime says so' };
}

const NULL = '/dev/null';

/** Before version 1.24 crun gives the /dev/null that a command has for its input, which is the machine's own, to the command's user. */
export function needsOfCrun(cgroups: CgroupFacts): { readonly mounts: readonly MissingMount[] } | { readonly problem: string } {
  const needs = hierarchiesForCrun(cgroups);
  if ('problem' in needs) return needs;
  const isKept = mountsOf(cgroups.mounts).some(({ path, flags }) => path === NULL && flags.includes('ro'));
  return { mounts: [...(isKept ? [] : (['null'] as const)), ...needs.hierarchies.map((controller) => ({ controller }))] };
}

/**
 * crun works with cgroups v2, with v1, and with v1 beside a v2 tree that has no controllers. A controller leaves that tree when it gets a v1 hierarchy,
 * as boot scripts of such machines give to all that they know.
 */
function hierarchiesForCrun({ mounts, controllers, unified }: CgroupFacts): { readonly hierarchies: readonly string[] } | { readonly problem: string } {
  const found = mountsOf(mounts);
  const isV2 = (at: string): boolean => found.some(({ type, path }) => type === 'cgroup2' && path === at);
  if (isV2(CGROUPS)) return { hierarchies: [] };
  const mounted = new Set(found.filter(({ type }) => type === 'cgroup').flatMap(({ options }) => options));
  if (!mounted.size) return { problem: `there are no cgroups at ${CGROUPS}` };
  if (!isV2(UNIFIED)) return { hierarchies: [] };
  // Those of a hierarchy that another has mounted, where we do not see it, would come back to the tree when that one goes.
  const missing = [...new Set([...words(unified.controllers), ...inHierarchies(controllers)])].filter((name) => !mounted.has(name));
  const needed = missing.filter((name) => !SPARE.has(name));
  if (needed.length) return { problem: `cgroups are of both versions here, and ${needed.join(', ')} not of version 1` };
  const used = words(unified.inUse);
  return used.length ? { problem: `${used.join(', ')} of ${UNIFIED} is in use` } : { hierarchies: missing };
}

interface MountFacts {
  readonly path: string;
  readonly flags: readonly string[];
  readonly type: string;
  /** Of the file system: with cgroups v1, its controllers. */
  readonly options: readonly string[];
}

/** `36 35 0:30 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu` */
function mountsOf(mountinfo: string): MountFacts[] {
  const lines = mountinfo.split('\n').filter(Boolean);
  return lines.map((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , , path = '', flags = ''] = before.split(' ');
    const [type = '', , options = ''] = after.split(' ');
    return { path, flags: flags.split(','), type, options: options.split(',') };
  });
}

/** Names of controllers that have a v1 hierarchy somewhere: `hugetlb 9 61 1`, the second being the hierarchy's number. */
function inHierarchies(controllers: string): string[] {
  const rows = controllers.split('\n').filter((line) => line && !line.startsWith('#'));
  return rows.map((line) => line.split('\t')).flatMap(([name = '', hierarchy]) => (hierarchy === '0' ? [] : [name]));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
