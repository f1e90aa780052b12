import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Layout } from './layout';
import { runningSupervisors } from './supervisors';

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

/**
 * The state of a running cluster; undefined if no supervisor runs for this folder. One that has just begun, or whose file is damaged, is known by its
 * pid alone.
 */
export function readState(layout: Layout): ClusterState | undefined {
  const supervisor = runningSupervisors().get(layout.root);
  if (supervisor === undefined) return undefined;
  const told = readTold(layout);
  return { supervisor, processes: told?.supervisor === supervisor ? told.processes : [] };
}

function readTold({ stateFile }: Layout): ClusterState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')) as ClusterState;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
