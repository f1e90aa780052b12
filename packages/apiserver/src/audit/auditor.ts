import type { UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';
import type { AuditEvent } from './audit-event';
import { AuditRecord } from './audit-record';
import type { AuditBackend } from './backend';
import type { AuditLevel, AuditPolicy, AuditStage } from './policy';

/** Counts for metrics. */
export interface AuditCounts {
  events: number;
  rejectedRequests: number;
  readonly levels: Partial<Record<AuditLevel, number>>;
}

/** Decides what is recorded and hands events to the backends. */
export class Auditor {
  readonly counts: AuditCounts = { events: 0, rejectedRequests: 0, levels: {} };

  constructor(
    private readonly policy: AuditPolicy,
    readonly backends: readonly AuditBackend[],
  ) {}

  /** Undefined if the policy does not want the request recorded. */
  begin(request: ApiRequest, user: UserInfo | undefined): AuditRecord | undefined {
    const decision = this.policy.decide(user, request.context.info);
    this.counts.levels[decision.level] = (this.counts.levels[decision.level] ?? 0) + 1;
    if (decision.level === 'None') return undefined;
    const record = new AuditRecord(decision, request, user);
    for (const { key, value } of request.context.authenticationNotes ?? []) record.annotate(key, value);
    return record;
  }

  /** Returns false if a backend that must have every event could not take this one. */
  record(record: AuditRecord, stage: AuditStage, code?: number): boolean {
    const event = record.event(stage, code);
    return !event || this.send(event);
  }

  async stop(): Promise<void> {
    await Promise.all(this.backends.map((backend) => backend.stop()));
  }

  private send(event: AuditEvent): boolean {
    this.counts.events += 1;
    let isTaken = true;
    for (const backend of this.backends) isTaken = backend.take(event) && isTaken;
    return isTaken;
  }
}
