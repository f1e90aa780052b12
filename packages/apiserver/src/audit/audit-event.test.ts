import { parseRequestInfo } from '../http/request-info';
import { type AuditState, StageEvent } from './audit-event';
import { AuditedRequest } from './audited-request';
import { microNow, microTime } from './micro-time';

const NOTHING: AuditState = {
  object: {}, annotations: [], status: undefined, requestJson: undefined, responseJson: undefined, impersonated: undefined, impersonationConstraint: undefined,
};

function request(url: string): AuditedRequest {
  const path = url.split('?')[0] ?? '';
  const context = { info: parseRequestInfo('GET', path, new URLSearchParams()), auditId: 'id', receivedAt: 1_700_000_000_001 };
  const decision = { level: 'Metadata', omitStages: new Set<string>(), omitManagedFields: false } as const;
  return new AuditedRequest({ url, context, headers: { 'user-agent': 'a "b"' }, socket: { remoteAddress: '::ffff:10.0.0.1' } }, decision, { name: 'ann', groups: ['x'] });
}

const encode = (of: AuditedRequest, state: Partial<AuditState>): unknown =>
  JSON.parse(new StageEvent(of, 'ResponseComplete', { ...NOTHING, ...state }, 1_700_000_000_999.75).json);

describe('the text of an event', () => {
  const all = {
    kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: 'id', stage: 'ResponseComplete', user: { username: 'ann', groups: ['x'] },
    sourceIPs: ['10.0.0.1'], userAgent: 'a "b"', requestReceivedTimestamp: '2023-11-14T22:13:20.001000Z', stageTimestamp: '2023-11-14T22:13:20.999750Z',
  };

  it('has no reference where no resource is asked for', () => {
    expect(encode(request('/version?a="'), {})).toEqual({ ...all, requestURI: '/version?a="', verb: 'get' });
  });

  it('refers to what the body said by the time of the event', () => {
    const of = request('/api/v1/namespaces/ns/pods');
    const reference = { resource: 'pods', namespace: 'ns', apiVersion: 'v1' };
    expect(encode(of, {})).toMatchObject({ objectRef: reference });
    expect(encode(of, { object: { name: 'p', uid: '7' } })).toMatchObject({ objectRef: { ...reference, name: 'p', uid: '7' } });
    expect(encode(of, {})).toMatchObject({ objectRef: reference });
  });

  it('has everything of a stage that is known', () => {
    const state: Partial<AuditState> = {
      annotations: [{ key: 'b', value: '2"' }, { key: 'a', value: '1' }], status: { status: 'Failure', code: 404 }, requestJson: '{"a":1}', responseJson: '[2]',
      impersonated: { name: 'bob', groups: [] }, impersonationConstraint: 'impersonate:user-info',
    };
    const event = encode(request('/version'), state) as { annotations: object };
    expect(event).toMatchObject({
      impersonatedUser: { username: 'bob' }, authenticationMetadata: { impersonationConstraint: 'impersonate:user-info' }, responseStatus: { metadata: {}, status: 'Failure', code: 404 },
      requestObject: { a: 1 }, responseObject: [2], annotations: { a: '1', b: '2"' },
    });
    expect(Object.keys(event.annotations)).toEqual(['a', 'b']);
  });

  it('is about as long as it says, also where the client has sent a long URL', () => {
    const of = request(`/version?${'x'.repeat(50_000)}`);
    for (const status of [undefined, { message: 'm'.repeat(20_000) }]) {
      const event = new StageEvent(of, 'ResponseComplete', { ...NOTHING, status }, 0);
      expect(Math.abs(event.chars - event.json.length)).toBeLessThan(1000);
    }
  });

  it('follows the clock of the wall, which jumps and goes on while a machine sleeps', () => {
    const clock = jest.spyOn(Date, 'now');
    const times = [3_000, 3_000, 90_000_000, 90_000_001, 5_000];
    try {
      for (const time of times) {
        clock.mockReturnValue(time);
        expect(Math.floor(microNow())).toBe(time);
      }
    } finally {
      clock.mockRestore();
    }
  });

  it.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [1.001, '1970-01-01T00:00:00.001000Z'],
    [1_700_000_000_999.5, '2023-11-14T22:13:20.999500Z'],
  ])('writes %d ms with microseconds', (milliseconds, text) => expect(microTime(milliseconds)).toBe(text));
});
