import { context, messagesOf, template } from '../../../testing/workloads';
import type { appsv1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

function daemonSet(change: (spec: appsv1.DaemonSetSpec) => void = () => {}): appsv1.DaemonSet & { spec: appsv1.DaemonSetSpec } {
  const spec: appsv1.DaemonSetSpec = { selector: { matchLabels: { app: 'web' } }, template: template() };
  change(spec);
  const object = { apiVersion: 'apps/v1' as const, kind: 'DaemonSet' as const, metadata: { name: 'agent' }, spec };
  setDefaults(object);
  return object;
}

describe('daemon sets', () => {
  it('fill in their defaults', () => {
    expect(daemonSet().spec).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    });
  });

  it('count the versions of their template', () => {
    const object: appsv1.DaemonSet = daemonSet();
    strategy.prepareForCreate?.(object, context);
    expect(object.status).toEqual({
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    });
    expect(object.metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '1' });
    const same: appsv1.DaemonSet = daemonSet((spec) => void (spec.minReadySeconds = 5));
    strategy.prepareForUpdate?.(same, object, context);
    expect(same.metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '1' });
    const other: appsv1.DaemonSet = daemonSet((spec) => void (spec.template = template((pod) => void (pod.hostNetwork = true))));
    strategy.prepareForUpdate?.(other, object, context);
    expect(other.metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '2' });
  });

  it.each<[string, (spec: appsv1.DaemonSetSpec) => void, string[]]>([
    ['nothing', () => {}, []],
    [
      'both ways of moving',
      (s) => void (s.updateStrategy = { rollingUpdate: { maxSurge: 1 } }),
      ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero'],
    ],
    [
      'no way of moving',
      (s) => void (s.updateStrategy = { rollingUpdate: { maxUnavailable: 0 } }),
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
    ],
    [
      'a selector of other pods',
      (s) => void (s.selector = { matchLabels: { app: 'db' } }),
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      'pods that end',
      (s) => void (s.template = template((pod) => void (pod.restartPolicy = 'Never'))),
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
  ])('refuse %s', (_, change, expected) => {
    expect(messagesOf(strategy.validate?.(daemonSet(change), context))).toEqual(expected);
  });
});
