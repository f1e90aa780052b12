import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that becomes another program has no command line for some milliseconds. */
const BETWEEN_PROGRAMS_MILLISECONDS = 50;

/** The folders of all clusters that run on this machine, with the pids of their supervisors. */
export function runningSupervisors(): ReadonlyMap<string, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((pid): [string, number][] => {
      const root = supervisedFolder(commandLineOf(pid));
      return root === undefined ? [] : [[root, Number(pid)]];
    }),
  );
}

/** The folder that a process is the supervisor of; `typekube up` starts it as `… typekube.js supervise FOLDER OPTIONS`. */
export function supervisedFolder(words: readonly string[]): string | undefined {
  const [program = '', ...rest] = words;
  const at = rest.findIndex((word, index) => word === 'supervise' && /\/typekube(\.js)?$/.test(rest[index - 1] ?? ''));
  return at < 0 || !/(^|\/)(node|unshare|sh)$/.test(program) ? undefined : rest[at + 1];
}

/** Empty for one that has ended since its folder was listed, and for the kernel's own. */
function commandLineOf(pid: string): string[] {
  try {
    let text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    for (const deadline = Date.now() + BETWEEN_PROGRAMS_MILLISECONDS; !text && hasProgram(pid) && Date.now() < deadline; ) {
      text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    }
    return text.split('\0');
  } catch {
    return [];
  }
}

/** Not so for threads of the kernel and for what has ended and is still listed. */
function hasProgram(pid: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) !== '';
  } catch {
    return false;
  }
}
