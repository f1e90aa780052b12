import { setTimeout as delay } from 'node:timers/promises';
import { Client, loadClientConfig, nodes, serviceAccounts } from '@typekube/client';
import type { Layout } from './layout';
import { readState } from './state';

const POLL_MS = 50;
/** Time the supervisor has to tell of itself. */
const SUPERVISOR_MS = 10_000;

export interface AwaitedCluster {
  readonly nodeName: string;
  /** Whether the account that pods run as is waited for too; a cluster without a controller manager has none. */
  readonly account: boolean;
  readonly timeoutMs: number;
}

/** Resolves when pods can be made and run: the node is Ready, and the default account is there. Fails if it is not so in time, or if the supervisor has ended. */
export async function waitForCluster(layout: Layout, { nodeName, account, timeoutMs }: AwaitedCluster): Promise<void> {
  using client = new Client(await loadClientConfig({ path: layout.adminKubeconfig }), { component: 'typekube', timeoutMilliseconds: 2000 });
  const started = Date.now();
  let last: unknown;
  while (Date.now() - started < timeoutMs) {
    try {
      const { status } = await client.for(nodes).get(nodeName);
      const isReady = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');
      if (account) await client.for(serviceAccounts, 'default').get('default');
      if (isReady) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() - started > SUPERVISOR_MS && !readState(layout)) throw new Error(`the cluster did not start: see ${layout.logs}/supervisor.log`);
    await delay(POLL_MS);
  }
  const why = last instanceof Error ? ` (${last.message})` : '';
  throw new Error(`node ${nodeName} is not ready after ${timeoutMs / 1000} s${why}: see the logs in ${layout.logs}`);
}
