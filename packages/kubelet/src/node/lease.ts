import { formatMicroTime, hasReason } from '@typekube/apimachinery';
import type { coordinationv1 } from '@typekube/api';
import { type Client, leases, nodes } from '@typekube/client';
import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { errorText } from '../program';

export interface LeaseOptions {
  readonly client: Client;
  readonly name: string;
  readonly durationSeconds: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const NAMESPACE = 'kube-node-lease';
/** Four renewals in the time that the lease lasts, as upstream. */
const RENEWALS = 0.25;
const MAX_RETRY_MILLISECONDS = 7000;

/** Renews the node's Lease until the signal is aborted: by it others know that the node lives. */
export async function keepLease(options: LeaseOptions, signal: AbortSignal): Promise<void> {
  const { clock, durationSeconds, log } = options;
  let lease: coordinationv1.Lease | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      lease = await renew(options, lease);
      failures = 0;
    } catch (error) {
      lease = undefined;
      failures++;
      log.warn('Failed to renew the node lease; trying again', { error: errorText(error) });
    }
    const pause = failures ? Math.min(MAX_RETRY_MILLISECONDS, 200 * 2 ** (failures - 1)) : durationSeconds * RENEWALS * 1000;
    await sleep(clock, pause, signal).catch(() => undefined);
  }
}

async function renew(
  { client, name, durationSeconds, clock }: LeaseOptions,
  known: coordinationv1.Lease | undefined,
): Promise<coordinationv1.Lease> {
  const api = client.for(leases, NAMESPACE);
  const spec = { holderIdentity: name, leaseDurationSeconds: durationSeconds, renewTime: formatMicroTime(new Date(clock.now())) };
  const current = known ?? (await api.get(name).catch(absent));
  if (current) return api.update({ ...current, spec: { ...current.spec, ...spec } });
  const node = await client.for(nodes).get(name).catch(absent);
  const ownerReferences = node?.metadata.uid ? [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }] : [];
  return api.create({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: NAMESPACE, ownerReferences },
    spec,
  });
}

function absent(error: unknown): undefined {
  if (!hasReason(error, 'NotFound')) throw error;
  return undefined;
}
