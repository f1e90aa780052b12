import { formatDuration } from '@typekube/apimachinery';
import type { RequestContext } from '../chain/request-context';
import type { AuditRecord } from './audit-record';

/** Where requests may wait long, by upstream's names. */
export type LatencyLayer = 'apf-queue-wait' | 'mutating-webhook' | 'validating-webhook';

const PREFIX = 'apiserver.latency.k8s.io/';
/** Requests that took no longer are not worth a note, as upstream. */
const THRESHOLD_MS = 500;

/** Counts what a request has waited for others: no fault of the server's own. */
export function addWaited(context: RequestContext, layer: LatencyLayer, milliseconds: number): void {
  context.waitedMs += milliseconds;
  context.latencies ??= new Map();
  context.latencies.set(layer, (context.latencies.get(layer) ?? 0) + milliseconds);
}

/** Notes of a slow request how long it took, and how much of it at which layer. */
export function annotateLatency(record: Pick<AuditRecord, 'annotate'>, { latencies, receivedAt }: Pick<RequestContext, 'latencies' | 'receivedAt'>, now: number): void {
  const total = now - receivedAt;
  if (total <= THRESHOLD_MS) return;
  for (const [layer, milliseconds] of latencies ?? []) record.annotate(PREFIX + layer, goDuration(milliseconds));
  record.annotate(`${PREFIX}total`, goDuration(total));
}

function goDuration(milliseconds: number): string {
  return formatDuration(BigInt(Math.round(milliseconds * 1e6)));
}
