import { readdirSync, readFileSync } from 'node:fs';

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

/** Empty for one that has ended since its folder was listed. */
function commandLineOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
