import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { removeCgroups } from '../cluster/cgroups';
import { checkRoot, tryRun } from '../cluster/host';
import { cleanUpHostPorts } from '../cluster/host-ports';
import { holdsCluster, layoutOf } from '../cluster/layout';
import { endLeftovers, endProcesses } from '../cluster/leftovers';
import { removeMasquerade } from '../cluster/masquerade';
import { POD_BRIDGE } from '../cluster/plan';
import { readState } from '../cluster/state';

export interface DownOptions {
  readonly dataDir: string;
  /** Also forgets all state. */
  readonly purge: boolean;
}

/** Time for all pods and components to end. */
const STOP_MS = 60_000;

/** Stops a cluster: its pods, then its components, then what a killed supervisor may have left. */
export async function down({ dataDir, purge }: DownOptions): Promise<void> {
  checkRoot('down');
  const layout = layoutOf(resolve(dataDir));
  if (!holdsCluster(layout)) {
    process.stdout.write(`There is no cluster in ${layout.root}: nothing is stopped, nothing removed.\n`);
    return;
  }
  const state = readState(layout);
  if (state) await endProcesses(() => [state.supervisor].filter(isAlive), STOP_MS);
  await endLeftovers(layout.root);
  tryRun('kube-proxy', '--cleanup');
  cleanUpHostPorts();
  removeMasquerade();
  tryRun('ip', 'link', 'delete', POD_BRIDGE);
  removeCgroups(layout.root);
  if (purge) await rm(layout.root, { recursive: true, force: true });
  else await rm(join(layout.run, 'state.json'), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
