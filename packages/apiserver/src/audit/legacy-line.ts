import { goQuote } from '@typekube/apimachinery';
import type { AuditSummary } from './audit-event';

/** The one-line format of old (upstream's audit.EventString). */
export function legacyLine(event: AuditSummary, stage: string): string {
  const { receivedAt, auditId, ip, verb, user, impersonated, userAgent, namespace, uri, code } = event;
  const fields = {
    id: auditId,
    stage,
    ip: ip ?? '<unknown>',
    method: verb,
    user: user?.name || '<none>',
    groups: user?.groups.length ? listOf(user.groups) : '<none>',
    as: impersonated?.name ?? '<self>',
    asgroups: impersonated ? listOf(impersonated.groups) : '<lookup>',
    'user-agent': userAgent,
    namespace: namespace || '<none>',
    uri,
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}=${goQuote(value)}`);
  return `${receivedAt.toISOString()} AUDIT: ${text.join(' ')} response="${code ?? '<deferred>'}"`;
}

function listOf(groups: readonly string[]): string {
  return groups.map(goQuote).join(',');
}
