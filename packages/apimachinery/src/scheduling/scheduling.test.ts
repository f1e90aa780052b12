import { RequiredNodes } from './node-selector';
import { findUntolerated, type TaintLike, type TolerationLike, tolerates } from './tolerations';

const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };

it.each<[TolerationLike, TaintLike, boolean]>([
  [{ key: 'gpu', value: 'yes' }, taint, true],
  [{ key: 'gpu', operator: 'Equal', value: 'no' }, taint, false],
  [{ key: 'gpu', operator: 'Exists' }, taint, true],
  [{ key: 'cpu', operator: 'Exists' }, taint, false],
  [{ operator: 'Exists' }, taint, true],
  [{ value: 'yes' }, taint, true],
  [{ operator: 'Exists', effect: 'NoExecute' }, taint, false],
  [{ key: 'gpu', operator: 'Gt', value: '3' }, { ...taint, value: '4' }, true],
  [{ key: 'gpu', operator: 'Lt', value: '3' }, { ...taint, value: '4' }, false],
  [{ key: 'gpu', operator: 'Gt', value: '3' }, taint, false],
  [{ key: 'gpu', operator: 'Like' }, taint, false],
])('%j tolerates %j: %s', (toleration, of, expected) => {
  expect(tolerates(toleration, of)).toBe(expected);
});

it('finds the first taint of an effect that nothing tolerates', () => {
  const taints = [taint, { key: 'a', effect: 'PreferNoSchedule' }, { key: 'b', effect: 'NoExecute' }];
  expect(findUntolerated(taints, [{ key: 'gpu', operator: 'Exists' }], ['NoSchedule', 'NoExecute'])?.key).toBe('b');
});

it('matches a node by label and by name', () => {
  const terms = [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['x'] }], matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }];
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
  const required = RequiredNodes.of({ spec: { nodeSelector: { os: 'linux' }, affinity } });
  const labels = { zone: 'x', os: 'linux' };
  expect(required.matches({ metadata: { name: 'a', labels } })).toBe(true);
  expect(required.matches({ metadata: { name: 'b', labels } })).toBe(false);
  expect(required.matches({ metadata: { name: 'a', labels: { zone: 'x' } } })).toBe(false);
});
