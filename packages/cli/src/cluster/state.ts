import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Layout } from './layout';

export interface ProcessState {
  readonly name: string;
  /** Absent while it waits to be started again. */
  readonly pid?: number;
  readonly restarts: number;
}

/** What a supervisor tells of itself, in `run/state.json`. */
export interface ClusterState {
  readonly supervisor: number;
  readonly processes: readonly ProcessState[];
}

export function writeState({ stateFile }: Layout, state: ClusterState): void {
  writeFileSync(`${stateFile}.new`, JSON.stringify(state));
  renameSync(`${stateFile}.new`, stateFile);
}

/** The state of a running cluster; undefined if no supervisor runs for this folder. */
export function readState({ stateFile, root }: Layout): ClusterState | undefined {
  try {
    const state = JSON.parse(readFileSync(stateFile, 'utf8')) as ClusterState;
    return isSupervisorOf(state.supervisor, root) ? state : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A pid may have gone to another program since: its command line must be that of this folder's supervisor. */
function isSupervisorOf(pid: number, root: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes('supervise') && words.includes(root);
  } catch {
    return false;
  }
}
