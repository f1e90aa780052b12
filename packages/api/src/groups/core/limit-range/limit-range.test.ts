import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateLimitRange } from './validate';

type Item = corev1.LimitRangeItem;
const limitRange = (...limits: Item[]): corev1.LimitRange => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'a' },
  spec: { limits },
});

describe('validateLimitRange', () => {
  it.each<[string, Item[], string[]]>([
    [
      'good limits',
      [{ type: 'Container', min: { cpu: '1' }, max: { cpu: '4' }, default: { cpu: '3' }, defaultRequest: { cpu: '2' } }],
      [],
    ],
    [
      'an unknown type',
      [{ type: 'Foo' }],
      ['spec.limits[0].type: Invalid value: "Foo": must be a standard limit type or fully qualified'],
    ],
    ['a type twice', [{ type: 'Pod' }, { type: 'Pod' }], ['spec.limits[1].type: Duplicate value: "Pod"']],
    [
      'an unknown resource',
      [{ type: 'Container', max: { disk: '1' } }],
      [
        'spec.limits[0].max[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
        'spec.limits[0].max[disk]: Invalid value: "disk": must be a standard resource for containers',
      ],
    ],
    [
      'defaults of pods',
      [{ type: 'Pod', default: { cpu: '1' }, defaultRequest: { cpu: '1' } }],
      [
        "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
        "spec.limits[0].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'",
      ],
    ],
    [
      'claims without storage',
      [{ type: 'PersistentVolumeClaim' }],
      ['spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided'],
    ],
    [
      'min over max',
      [{ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }],
      ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
    ],
    [
      'default over max',
      [{ type: 'Container', default: { cpu: '2' }, max: { cpu: '1' } }],
      ['spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1'],
    ],
    [
      'request over default',
      [{ type: 'Container', defaultRequest: { cpu: '2' }, default: { cpu: '1' } }],
      ['spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1'],
    ],
    [
      'a ratio below one',
      [{ type: 'Pod', maxLimitRequestRatio: { cpu: '900m' } }],
      ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "900m": ratio 900m is less than 1'],
    ],
    [
      'a ratio over max/min',
      [{ type: 'Pod', maxLimitRequestRatio: { cpu: '10' }, min: { cpu: '2' }, max: { cpu: '4' } }],
      ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "10": ratio 10 is greater than max/min = 2.000000'],
    ],
    [
      'huge pages that differ',
      [{ type: 'Container', default: { 'hugepages-2Mi': '4Mi' }, defaultRequest: { 'hugepages-2Mi': '2Mi' } }],
      [
        'spec.limits[0].defaultRequest[hugepages-2Mi]: Invalid value: "2Mi": ' +
          'default value 4Mi must equal to defaultRequest value 2Mi in hugepages-2Mi',
      ],
    ],
  ])('of %s', (_, limits, errors) => {
    expect(validateLimitRange(limitRange(...limits)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('setDefaults', () => {
  it('takes limits from the maximum and requests from limits, then from the minimum', () => {
    const object = limitRange({ type: 'Container', max: { cpu: '4' }, min: { cpu: '1', memory: '1Mi' }, default: { disk: '2' } });
    setDefaults(object);
    expect(object.spec?.limits[0]).toMatchObject({
      default: { cpu: '4', disk: '2' },
      defaultRequest: { cpu: '4', disk: '2', memory: '1Mi' },
    });
  });

  it('leaves pods alone', () => {
    const object = limitRange({ type: 'Pod', max: { cpu: '4' } });
    setDefaults(object);
    expect(object.spec?.limits[0]).toEqual({ type: 'Pod', max: { cpu: '4' } });
  });
});
