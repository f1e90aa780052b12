import type { AuditEvent } from '../audit-event';
import type { AuditBackend } from '../backend';

/** Keeps all events. */
export class Collected implements AuditBackend {
  readonly name = 'log';
  readonly dropped = 0;
  readonly events: AuditEvent[] = [];
  isWilling = true;

  take(event: AuditEvent): boolean {
    if (this.isWilling) this.events.push(event);
    return this.isWilling;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** Events of requests for that path, as objects; waits for the last one. */
  async of(uri: string, stage = 'ResponseComplete'): Promise<Record<string, unknown>[]> {
    const all = (): Record<string, unknown>[] => {
      return this.events.map(({ json }) => JSON.parse(json) as Record<string, unknown>).filter(({ requestURI }) => requestURI === uri);
    };
    while (!all().some((event) => event['stage'] === stage)) await new Promise((resolve) => setImmediate(resolve));
    return all();
  }
}

/** An event with that in its text. */
export const event = (text: string): AuditEvent => ({
  withoutObjects: () => undefined,
  stage: 'RequestReceived',
  chars: 100,
  json: `{"kind":"Event","apiVersion":"audit.k8s.io/v1",${text}}`,
  summary: () => ({
    receivedAt: new Date(0), auditId: 'id', ip: '1.2.3.4', verb: 'get', user: { name: 'ann', groups: ['a', 'b'] }, impersonated: undefined,
    userAgent: 'x "y"', namespace: '', uri: '/', code: 200,
  }),
});
