import { context, messagesOf, template } from '../../../testing/workloads';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

function controller(change: (spec: corev1.ReplicationControllerSpec) => void = () => {}): corev1.ReplicationController {
  const spec: corev1.ReplicationControllerSpec = { template: template() };
  change(spec);
  const object: corev1.ReplicationController = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec,
  };
  setDefaults(object);
  return object;
}

describe('replication controllers', () => {
  it('take selector and labels from their template', () => {
    const object = controller();
    expect(object.metadata.labels).toEqual({ app: 'web' });
    expect(object.spec).toMatchObject({ selector: { app: 'web' }, replicas: 1 });
  });

  it('leave their pods when they are deleted', () => {
    expect(strategy.defaultPropagation).toBe('orphan');
  });

  it.each<[string, (spec: corev1.ReplicationControllerSpec) => void, string[]]>([
    ['nothing', () => {}, []],
    ['no template', (s) => void delete s.template, ['spec.selector: Required value', 'spec.template: Required value']],
    [
      'negative replicas',
      (s) => void (s.replicas = -1),
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a selector of other pods',
      (s) => void (s.selector = { app: 'db' }),
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
  ])('refuse %s', (_, change, expected) => {
    expect(messagesOf(strategy.validate?.(controller(change), context))).toEqual(expected);
  });
});
