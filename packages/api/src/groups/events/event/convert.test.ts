import type { corev1, eventsv1 } from '../../../types';
import { conversion } from './convert';
import { selectableFields } from './fields';

const stored: corev1.Event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e', namespace: 'd' },
  involvedObject: { kind: 'Pod', name: 'p' },
  related: { kind: 'Node', name: 'n' },
  reason: 'Pulled',
  message: 'pulled it',
  source: { component: 'kubelet', host: 'n1' },
  firstTimestamp: '2026-01-10T11:00:00Z',
  lastTimestamp: '2026-01-10T11:01:00Z',
  count: 2,
  type: 'Normal',
  eventTime: '2026-01-10T11:00:00.000000Z',
  series: { count: 3, lastObservedTime: '2026-01-10T11:01:00.000000Z' },
  action: 'Pull',
  reportingComponent: 'kubelet',
  reportingInstance: 'n1',
};

const served: eventsv1.Event = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: 'e', namespace: 'd' },
  regarding: { kind: 'Pod', name: 'p' },
  related: { kind: 'Node', name: 'n' },
  reason: 'Pulled',
  note: 'pulled it',
  deprecatedSource: { component: 'kubelet', host: 'n1' },
  deprecatedFirstTimestamp: '2026-01-10T11:00:00Z',
  deprecatedLastTimestamp: '2026-01-10T11:01:00Z',
  deprecatedCount: 2,
  type: 'Normal',
  eventTime: '2026-01-10T11:00:00.000000Z',
  series: { count: 3, lastObservedTime: '2026-01-10T11:01:00.000000Z' },
  action: 'Pull',
  reportingController: 'kubelet',
  reportingInstance: 'n1',
};

describe('events.k8s.io/v1 events', () => {
  it('are core events under other names', () => {
    expect(conversion.fromStorage(stored)).toEqual(served);
    expect(conversion.toStorage(served)).toEqual(stored);
  });

  it('always have an event time', () => {
    const bare: corev1.Event = { apiVersion: 'v1', kind: 'Event', metadata: {}, involvedObject: {} };
    expect(conversion.fromStorage(bare)).toEqual({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: {},
      regarding: {},
      eventTime: null,
    });
  });

  it('are selected by their own names', () => {
    expect(selectableFields['regarding.kind']?.(stored)).toBe('Pod');
    expect(selectableFields['reportingController']?.(stored)).toBe('kubelet');
    expect(selectableFields['involvedObject.kind']).toBeUndefined();
  });
});
