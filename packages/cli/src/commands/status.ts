import { resolve } from 'node:path';
import { layoutOf } from '../cluster/layout';
import { readState } from '../cluster/state';

/** Prints each process with its pid and how often it was started again. Fails if no cluster runs. */
export function status({ dataDir }: { readonly dataDir: string }): void {
  const layout = layoutOf(resolve(dataDir));
  const state = readState(layout);
  if (!state) throw new Error(`no cluster runs in ${layout.root}`);
  const rows = state.processes.map(({ name, pid, restarts }) => [name, pid === undefined ? 'waiting' : String(pid), String(restarts)]);
  const table = [['NAME', 'PID', 'RESTARTS'], ['supervisor', String(state.supervisor), '0'], ...rows];
  process.stdout.write(table.map(([name = '', pid = '', restarts = '']) => `${name.padEnd(26)}${pid.padEnd(10)}${restarts}\n`).join(''));
}
