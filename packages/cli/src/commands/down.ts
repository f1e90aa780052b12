import { rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { removeCgroups } from '../cluster/cgroups';
import { checkRoot, tryRun } from '../cluster/host';
import { cleanUpHostPorts } from '../cluster/host-ports';
import { holdsCluster, type Layout, layoutOf, OWN_NAMES } from '../cluster/layout';
import { endLeftovers, endProcesses } from '../cluster/leftovers';
import { lockFolder } from '../cluster/lock';
import { removeMasquerade } from '../cluster/masquerade';
import { POD_BRIDGE } from '../cluster/plan';
import { readState } from '../cluster/state';
import { runningSupervisors } from '../cluster/supervisors';

export interface DownOptions {
  readonly dataDir: string;
  /** Also forgets all state. */
  readonly purge: boolean;
}

/** Time for all pods and components to end. */
const STOP_MS = 60_000;
/** Time for another command to end. */
const LOCK_MS = 2 * STOP_MS;

/** Stops a cluster: its pods, then its components, then what a killed supervisor may have left. */
export async function down({ dataDir, purge }: DownOptions): Promise<void> {
  checkRoot('down');
  const layout = layoutOf(resolve(dataDir));
  if (!holdsCluster(layout)) {
    process.stdout.write(`There is no cluster in ${layout.root}: nothing is stopped, nothing removed.\n`);
    return;
  }
  // An `up` that begins is waited for: what it starts is stopped then.
  const lock = await lockFolder(layout.root, LOCK_MS);
  try {
    await stop(layout);
    if (purge) await forget(layout);
    else await rm(join(layout.run, 'state.json'), { force: true });
  } finally {
    lock.release();
  }
}

async function stop(layout: Layout): Promise<void> {
  const state = readState(layout);
  if (state) await endProcesses(() => [state.supervisor].filter(isAlive), STOP_MS);
  await endLeftovers(layout.root);
  removeCgroups(layout.root);
  // These there is one of on a machine: they may be another cluster's by now.
  if (runningSupervisors().size > 0) return;
  tryRun('kube-proxy', '--cleanup');
  cleanUpHostPorts();
  removeMasquerade();
  tryRun('ip', 'link', 'delete', POD_BRIDGE);
}

/** Takes away what `up` has made, and the folder where nothing else is in it. */
async function forget({ root }: Layout): Promise<void> {
  for (const name of OWN_NAMES) await rm(join(root, name), { recursive: true, force: true });
  try {
    await rmdir(root);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOTEMPTY', 'EEXIST', 'EBUSY', 'ENOENT'].includes(code)) throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
