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
  if (flags.auditLogPath) backends.push(logBackend(flags, flags.auditLogPath, services));
  if (flags.auditWebhookConfigFile) backends.push(await webhookBackend(flags, flags.auditWebhookConfigFile, services));
  return new Auditor(policy, backends);
}

const LIMITS = ['auditLogMaxage', 'auditLogMaxbackup', 'auditLogMaxsize'] as const;
const LIMIT_NAMES = { auditLogMaxage: 'maxage', auditLogMaxbackup: 'maxbackup', auditLogMaxsize: 'maxsize' };

function checkFlags(flags: AuditFlags): void {
  for (const name of LIMITS) if (flags[name] < 0) throw new Error(`--audit-log-${LIMIT_NAMES[name]} ${flags[name]} can't be a negative number`);
  for (const kind of ['Log', 'Webhook'] as const) {
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
    initialBackoffMs: flags.auditWebhookInitialBackoff,
    clock,
    onError: (error) => log.error('unable to send audit events to the webhook', error),
  });
}
