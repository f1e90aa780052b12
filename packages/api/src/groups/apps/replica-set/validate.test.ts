import { context, messagesOf, template } from '../../../testing/workloads';
import type { appsv1 } from '../../../types';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

function replicaSet(
  change: (spec: appsv1.ReplicaSetSpec) => void = () => {},
): appsv1.ReplicaSet & { spec: appsv1.ReplicaSetSpec } {
  const spec: appsv1.ReplicaSetSpec = { selector: { matchLabels: { app: 'web' } }, template: template() };
  change(spec);
  const object = { apiVersion: 'apps/v1' as const, kind: 'ReplicaSet' as const, metadata: { name: 'web' }, spec };
  setDefaults(object);
  return object;
}

describe('replica sets', () => {
  it('have one replica, and at first none that runs', () => {
    const object: appsv1.ReplicaSet = replicaSet();
    strategy.prepareForCreate?.(object, context);
    expect(object.spec?.replicas).toBe(1);
    expect(object.status).toEqual({ replicas: 0 });
  });

  it.each<[string, (spec: appsv1.ReplicaSetSpec) => void, string[]]>([
    ['nothing', () => {}, []],
    [
      'negative delays',
      (s) => void (s.minReadySeconds = -1),
      ['spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'an empty selector',
      (s) => void (s.selector = {}),
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
  ])('refuse %s', (_, change, expected) => {
    expect(messagesOf(strategy.validate?.(replicaSet(change), context))).toEqual(expected);
  });

  it('have a status that adds up', () => {
    const object = replicaSet();
    object.status = { replicas: 1, fullyLabeledReplicas: 2 };
    expect(messagesOf(statusStrategy.validateUpdate?.(object, replicaSet(), context))).toEqual([
      'status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas',
    ]);
  });
});
