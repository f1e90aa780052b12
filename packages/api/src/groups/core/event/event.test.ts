import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { validateEvent, validateStrictEvent, validateStrictEventUpdate } from './validate';

type Fields = Partial<corev1.Event>;
const event = (fields: Fields = {}): corev1.Event => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'a', namespace: 'ns' },
  involvedObject: { namespace: 'ns' },
  ...fields,
});
const fresh = (fields: Fields = {}): corev1.Event =>
  event({
    eventTime: '2024-01-01T00:00:00.000000Z',
    reportingComponent: 'k8s.io/x',
    reportingInstance: 'x-1',
    action: 'Act',
    reason: 'Why',
    type: 'Normal',
    ...fields,
  });
const MISMATCH = 'does not match event.namespace';

describe('validateEvent', () => {
  it.each<[string, corev1.Event, string[]]>([
    ['an old one', event(), []],
    ['an old one of a cluster object', event({ involvedObject: {}, metadata: { namespace: 'default' } }), []],
    [
      'one elsewhere',
      event({ involvedObject: { namespace: 'other' } }),
      [`involvedObject.namespace: Invalid value: "other": ${MISMATCH}`],
    ],
    [
      'one of a cluster object elsewhere',
      event({ involvedObject: {} }),
      [`involvedObject.namespace: Invalid value: "": ${MISMATCH}`],
    ],
    ['a new one', fresh(), []],
    [
      'a new one without reporter',
      fresh({ reportingComponent: '', reportingInstance: '' }),
      [
        'reportingController: Required value',
        expect.stringContaining('reportingController: Invalid value: "": name part must be non-empty'),
        expect.stringContaining('reportingController: Invalid value: "": name part must consist of'),
        'reportingInstance: Required value',
      ],
    ],
    [
      'a new one with long texts',
      fresh({ action: 'x'.repeat(129), message: 'x'.repeat(1025) }),
      [
        'action: Invalid value: "": can have at most 128 characters',
        'message: Invalid value: "": can have at most 1024 characters',
      ],
    ],
  ])('of %s', (_, object, errors) => {
    expect(validateEvent(object).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('through events.k8s.io', () => {
  it.each<[string, corev1.Event, string[]]>([
    ['a new one', fresh(), []],
    ['an unknown type', fresh({ type: 'Odd' }), ['type: Invalid value: "": has invalid value: Odd']],
    [
      'deprecated fields',
      fresh({ count: 1, source: { host: 'h' }, firstTimestamp: '2024-01-01T00:00:00Z' }),
      [
        'firstTimestamp: Invalid value: "": needs to be unset',
        'count: Invalid value: "": needs to be unset',
        'source: Invalid value: "": needs to be unset',
      ],
    ],
    [
      'a short series',
      fresh({ series: { count: 1 } }),
      ['series.count: Invalid value: "": should be at least 2', 'series.lastObservedTime: Required value'],
    ],
    ['no time', { ...fresh(), eventTime: undefined }, ['eventTime: Required value']],
  ])('%s', (_, object, errors) => {
    expect(validateStrictEvent(object).map(fieldErrorMessage)).toEqual(errors);
  });

  it('lets only the series change', () => {
    const series = { count: 2, lastObservedTime: '2024-01-01T00:00:00.000000Z' };
    expect(validateStrictEventUpdate(fresh({ series }), fresh())).toEqual([]);
    expect(validateStrictEventUpdate(fresh({ message: 'new' }), fresh()).map(fieldErrorMessage)).toEqual([
      'message: Invalid value: "new": field is immutable',
    ]);
  });
});
