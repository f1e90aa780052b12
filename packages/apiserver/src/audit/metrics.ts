import type { MetricsRegistry } from '@typekube/component-base';
import type { Auditor } from './auditor';
import type { AuditBackend } from './backend';

/** Metrics of auditing with upstream's names, added up when they are read. */
export function addAuditMetrics(metrics: MetricsRegistry, { counts, backends }: Auditor): void {
  metrics.counter({
    name: 'apiserver_audit_event_total',
    help: 'Counter of audit events generated and sent to the audit backend.',
    collect: (counter) => counter.inc(counts.events),
  });
  metrics.counter({
    name: 'apiserver_audit_error_total',
    help: 'Counter of audit events that failed to be audited properly. Plugin identifies the plugin affected by the error.',
    labelNames: ['plugin'],
    collect: (counter) => {
      for (const backend of backends) {
        for (let each: AuditBackend | undefined = backend; each; each = each.inner) counter.inc({ plugin: each.name }, each.dropped);
      }
    },
  });
  metrics.counter({
    name: 'apiserver_audit_level_total',
    help: 'Counter of policy levels for audit events (1 per request).',
    labelNames: ['level'],
    collect: (counter) => {
      for (const [level, count] of Object.entries(counts.levels)) counter.inc({ level }, count);
    },
  });
  metrics.counter({
    name: 'apiserver_audit_requests_rejected_total',
    help: 'Counter of apiserver requests rejected due to an error in audit logging backend.',
    collect: (counter) => counter.inc(counts.rejectedRequests),
  });
}
