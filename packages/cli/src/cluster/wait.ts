import { setTimeout as delay } from 'node:timers/promises';
import { Client, loadClientConfig, nodes, serviceAccounts } from '@typekube/client';
import type { Layout } from './layout';
import { readState } from './state';

const POLL_MS = 50;
/** A process that was started again so often cannot be started. */
const MANY_RESTARTS = 3;

export interface AwaitedCluster {
  readonly nodeName: string;
  /** When it was begun, in milliseconds: what the node has told before, it may have told in an earlier life. */
  readonly begunAt: number;
  /** Whether the account that pods run as is waited for too; a cluster without a controller manager has none. */
  readonly account: boolean;
  readonly timeoutMs: number;
}

/** Resolves when pods can be made and run: the node is Ready, and the default account is there. Fails if it is not so in time, or if the supervisor has ended. */
export async function waitForCluster(layout: Layout, { nodeName, begunAt, account, timeoutMs }: AwaitedCluster): Promise<void> {
  using client = new Client(await loadClientConfig({ path: layout.adminKubeconfig }), { component: 'typekube', timeoutMilliseconds: 2000 });
  const started = Date.now();
  // The API tells whole seconds.
  const earliest = Math.floor(begunAt / 1000) * 1000;
  let last: unknown;
  while (Date.now() - started < timeoutMs) {
    try {
      const { status } = await client.for(nodes).get(nodeName);
      const isReady = status?.conditions?.some(
        ({ type, status: value, lastHeartbeatTime = '' }) => type === 'Ready' && value === 'True' && Date.parse(lastHeartbeatTime) >= earliest,
      );
      if (account) await client.for(serviceAccounts, 'default').get('default');
      if (isReady) return;
    } catch (error) {
      last = error;
    }
    if (!readState(layout)) throw new Error(`the cluster was stopped before it was ready: see ${layout.logs}/supervisor.log`);
    await delay(POLL_MS);
  }
  const ending = readState(layout)?.processes.filter(({ restarts }) => restarts >= MANY_RESTARTS) ?? [];
  const reasons = [
    ...ending.map(({ name, restarts }) => `${name} has ended ${restarts} times`),
    ...(last instanceof Error ? [last.message] : []),
  ];
  const why = reasons.length ? ` (${reasons.join('; ')})` : '';
  throw new Error(`node ${nodeName} is not ready after ${timeoutMs / 1000} s${why}: see the logs in ${layout.logs}`);
}
