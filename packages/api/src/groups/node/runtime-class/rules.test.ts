import { fieldErrorMessage } from '@typekube/apimachinery';
import type { nodev1 } from '../../../types';
import { strategy } from './strategy';
import { validateRuntimeClass, validateRuntimeClassUpdate } from './validate';

type Fields = Partial<nodev1.RuntimeClass>;
const runtimeClass = (fields: Fields = {}): nodev1.RuntimeClass => ({
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'a' },
  handler: 'runc',
  ...fields,
});

it.each<[string, Fields, string[]]>([
  [
    'a good one',
    { overhead: { podFixed: { cpu: '100m' } }, scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ operator: 'Exists' }] } },
    [],
  ],
  ['a bad handler', { handler: 'a.b' }, ['handler: Invalid value: "a.b": must not contain dots']],
  [
    'a negative overhead',
    { overhead: { podFixed: { cpu: '-1' } } },
    ['overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'a bad selector',
    { scheduling: { nodeSelector: { a: '_' } } },
    [expect.stringContaining('scheduling.nodeSelector: Invalid value: "_"')],
  ],
  [
    'a bad toleration',
    { scheduling: { tolerations: [{ operator: 'Foo', key: 'a' }] } },
    [expect.stringContaining('scheduling.tolerations[0].operator: Unsupported value: "Foo"')],
  ],
  [
    'a toleration twice',
    { scheduling: { tolerations: [{ key: 'a', operator: 'Exists' }, { key: 'a', operator: 'Exists' }] } },
    ['scheduling.tolerations[1]: Duplicate value: {"key":"a","operator":"Exists"}'],
  ],
])('validates %s', (_, fields, errors) => {
  expect(validateRuntimeClass(runtimeClass(fields)).map(fieldErrorMessage)).toEqual(errors);
});

it('keeps the handler', () => {
  expect(validateRuntimeClassUpdate(runtimeClass({ handler: 'b' }), runtimeClass()).map(fieldErrorMessage)).toEqual([
    'handler: Invalid value: "b": field is immutable',
  ]);
});

it('warns of old node labels', () => {
  expect(
    strategy.warningsOnCreate?.(runtimeClass({ scheduling: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } } })),
  ).toEqual(['scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead']);
});
