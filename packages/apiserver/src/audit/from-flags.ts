import { writeSync } from 'node:fs';
import type { Clock } from '@typekube/component-base';
import type { ServerOptions } from '../config/flags';
import { readWebhookTarget } from '../webhook-target/webhook-target';
import { Auditor } from './auditor';
import type { AuditBackend } from './backend';
import type { BatchOptions } from './batch-buffer';
import { LogBackend, type LineSink } from './log-backend';
import { loadPolicy } from './policy';
import { RotatingFile } from './rotating-file';
import { TruncatingBackend } from './truncating-backend';
import { WebhookBackend } from './webhook-backend';

type AuditFlags = ServerOptions['audit'];

export interface AuditServices {
  readonly clock: Clock;
  readonly log: { warn(message: string): void; error(message: string, error?: unknown): void };
}

/** Undefined where nothing is audited: without a policy or without a backend. Fails with a message for the command line. */
export async function auditorFromFlags(flags: AuditFlags, services: AuditServices): Promise<Auditor | undefined> {
  checkFlags(flags);
  // A policy that cannot be used is told of although nothing asks for it yet.
  const policy = flags.auditPolicyFile ? await loadPolicy(flags.auditPolicyFile) : undefined;
  if (!flags.auditLogPath && !flags.auditWebhookConfigFile) return undefined;
  if (!policy) {
    services.log.warn('No audit policy file provided, no events will be recorded');
    return undefined;
  }
  const backends: AuditBackend[] = [];
  if (flags.auditLogPath) backends.push(truncating(flags, 'Log', logBackend(flags, flags.auditLogPath, services), services));
  if (flags.auditWebhookConfigFile) {
    backends.push(truncating(flags, 'Webhook', await webhookBackend(flags, flags.auditWebhookConfigFile, services), services));
  }
  return new Auditor(policy, backends);
}

const LIMITS = ['auditLogMaxage', 'auditLogMaxbackup', 'auditLogMaxsize'] as const;
const LIMIT_NAMES = { auditLogMaxage: 'maxage', auditLogMaxbackup: 'maxbackup', auditLogMaxsize: 'maxsize' };

function checkFlags(flags: AuditFlags): void {
  for (const name of LIMITS) if (flags[name] < 0) throw new Error(`--audit-log-${LIMIT_NAMES[name]} ${flags[name]} can't be a negative number`);
  for (const kind of ['Log', 'Webhook'] as const) {
    checkTruncating(flags, kind);
    const { bufferSize, maxSize } = batchOf(flags, kind);
    const plugin = kind.toLowerCase();
    if (flags[`audit${kind}Mode`] !== 'batch') continue;
    if (bufferSize <= 0) throw new Error(`invalid audit batch ${plugin} buffer size ${bufferSize}, must be a positive number`);
    if (maxSize <= 0) throw new Error(`invalid audit batch ${plugin} max batch size ${maxSize}, must be a positive number`);
    const { [`audit${kind}BatchThrottleEnable` as const]: isThrottled } = flags;
    if (!isThrottled) continue;
    const { [`audit${kind}BatchThrottleQps` as const]: qps, [`audit${kind}BatchThrottleBurst` as const]: burst } = flags;
    if (qps <= 0) throw new Error(`invalid audit batch ${plugin} throttle QPS ${qps}, must be a positive number`);
    if (burst <= 0) throw new Error(`invalid audit batch ${plugin} throttle burst ${burst}, must be a positive number`);
  }
}

function checkTruncating(flags: AuditFlags, kind: 'Log' | 'Webhook'): void {
  const { [`audit${kind}TruncateMaxEventSize` as const]: maxEvent, [`audit${kind}TruncateMaxBatchSize` as const]: maxBatch } = flags;
  const plugin = kind.toLowerCase();
  if (!flags[`audit${kind}TruncateEnabled`]) return;
  if (maxEvent <= 0) throw new Error(`invalid audit truncate ${plugin} max event size ${maxEvent}, must be a positive number`);
  if (maxBatch < maxEvent) throw new Error(`invalid audit truncate ${plugin} max batch size ${maxBatch}, must be greater than max event size (${maxEvent})`);
}

/** Outside of the batches, as upstream's: what waits in them has been made small. */
function truncating(flags: AuditFlags, kind: 'Log' | 'Webhook', backend: AuditBackend, { log }: AuditServices): AuditBackend {
  if (!flags[`audit${kind}TruncateEnabled`]) return backend;
  const onError = (error: unknown): void => log.error(`unable to hand an audit event to the ${backend.name} backend`, error);
  return new TruncatingBackend(backend, { maxEventBytes: flags[`audit${kind}TruncateMaxEventSize`], onError });
}

function batchOf(flags: AuditFlags, kind: 'Log' | 'Webhook'): BatchOptions {
  return {
    bufferSize: flags[`audit${kind}BatchBufferSize`],
    maxSize: flags[`audit${kind}BatchMaxSize`],
    maxWaitMs: flags[`audit${kind}BatchMaxWait`],
    throttle: flags[`audit${kind}BatchThrottleEnable`]
      ? { qps: flags[`audit${kind}BatchThrottleQps`], burst: flags[`audit${kind}BatchThrottleBurst`] }
      : undefined,
  };
}

const MEGABYTE = 1024 * 1024;
const DAY_MS = 86_400_000;

function logBackend(flags: AuditFlags, path: string, { clock, log }: AuditServices): LogBackend {
  const onError = (error: unknown): void => log.error('unable to write the audit log', error);
  const sink: LineSink =
    path === '-'
      ? { write: (text) => void writeSync(1, text), close: () => undefined }
      : new RotatingFile(path, {
          maxBytes: flags.auditLogMaxsize * MEGABYTE,
          maxBackups: flags.auditLogMaxbackup,
          maxAgeMs: flags.auditLogMaxage * DAY_MS,
          compress: flags.auditLogCompress,
          onError,
        });
  return new LogBackend(sink, { format: flags.auditLogFormat, mode: flags.auditLogMode, batch: batchOf(flags, 'Log'), clock, onError });
}

async function webhookBackend(flags: AuditFlags, path: string, { clock, log }: AuditServices): Promise<WebhookBackend> {
  return new WebhookBackend({
    target: await readWebhookTarget(path),
    mode: flags.auditWebhookMode,
    batch: batchOf(flags, 'Webhook'),
    maxBatchBytes: flags.auditWebhookTruncateEnabled ? flags.auditWebhookTruncateMaxBatchSize : undefined,
    initialBackoffMs: flags.auditWebhookInitialBackoff,
    clock,
    onError: (error) => log.error('unable to send audit events to the webhook', error),
  });
}
