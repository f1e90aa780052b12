import { fieldErrorMessage } from '@typekube/apimachinery';
import type { resourcev1alpha3 } from '../../../types';
import { validateDeviceTaintRule } from './validate';

describe('validateDeviceTaintRule', () => {
  it.each<[string, resourcev1alpha3.DeviceTaintRuleSpec, string[]]>([
    ['a taint', { taint: { key: 'a', effect: 'NoExecute' } }, []],
    ['no effect', { taint: { key: 'a', effect: '' } }, ['spec.taint.effect: Required value']],
    ['an unknown effect', { taint: { key: 'a', effect: 'Explode' } }, [
      'spec.taint.effect: Unsupported value: "Explode": supported values: "NoExecute", "NoSchedule", "None"',
    ]],
    ['an empty pool', { deviceSelector: { pool: '' }, taint: { key: 'a', effect: 'None' } }, ['spec.deviceSelector.pool: Required value']],
  ])('%s', (_, spec, wanted) => {
    const object: resourcev1alpha3.DeviceTaintRule = {
      apiVersion: 'resource.k8s.io/v1alpha3',
      kind: 'DeviceTaintRule',
      metadata: { name: 'r' },
      spec,
    };
    expect(validateDeviceTaintRule(object).map(fieldErrorMessage)).toEqual(wanted);
  });
});
