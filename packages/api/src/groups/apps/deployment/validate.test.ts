import { context, messagesOf, template } from '../../../testing/workloads';
import type { appsv1 } from '../../../types';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

function deployment(
  change: (spec: appsv1.DeploymentSpec) => void = () => {},
): appsv1.Deployment & { spec: appsv1.DeploymentSpec } {
  const spec: appsv1.DeploymentSpec = { selector: { matchLabels: { app: 'web' } }, template: template() };
  change(spec);
  const object = { apiVersion: 'apps/v1' as const, kind: 'Deployment' as const, metadata: { name: 'web' }, spec };
  setDefaults(object);
  return object;
}

describe('deployments', () => {
  it('fill in their defaults', () => {
    expect(deployment().spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      template: { spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' } },
    });
    expect(deployment().spec.template.spec).not.toHaveProperty('enableServiceLinks');
    expect(deployment((spec) => void (spec.strategy = { type: 'Recreate' })).spec.strategy).toEqual({ type: 'Recreate' });
  });

  it('start with an empty status', () => {
    const object = deployment();
    object.status = { replicas: 3 };
    strategy.prepareForCreate?.(object, context);
    expect(object.status).toEqual({});
    expect(messagesOf(strategy.validate?.(object, context))).toEqual([]);
  });

  it.each<[string, (spec: appsv1.DeploymentSpec) => void, string[]]>([
    [
      'negative replicas',
      (s) => void (s.replicas = -1),
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'an empty selector',
      (s) => void (s.selector = {}),
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    [
      'a selector of other pods',
      (s) => void (s.selector = { matchLabels: { app: 'db' } }),
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      'nothing that may move',
      (s) => void (s.strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      'more than all',
      (s) => void (s.strategy = { rollingUpdate: { maxUnavailable: '101%' } }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      'a rolling update that is none',
      (s) => void (s.strategy = { type: 'Recreate', rollingUpdate: {} }),
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'an unknown strategy',
      (s) => void (s.strategy = { type: 'X' }),
      ['spec.strategy: Unsupported value: {"type":"X"}: supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      'a deadline too short',
      (s) => void Object.assign(s, { minReadySeconds: 10, progressDeadlineSeconds: 10 }),
      ['spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds'],
    ],
    [
      'pods that end',
      (s) => void (s.template = template((pod) => void Object.assign(pod, { restartPolicy: 'Never', activeDeadlineSeconds: 1 }))),
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
      ],
    ],
    [
      'a bad container',
      (s) => void (s.template = template((pod) => void (pod.containers = []))),
      ['spec.template.spec.containers: Required value'],
    ],
  ])('refuse %s', (_, change, expected) => {
    expect(messagesOf(strategy.validate?.(deployment(change), context))).toEqual(expected);
  });

  it('refuse a selector that cannot be read', () => {
    const object = deployment(
      (spec) => void (spec.selector = { matchExpressions: [{ key: 'app', operator: 'Like', values: ['w'] }] }),
    );
    expect(messagesOf(strategy.validate?.(object, context))).toEqual([
      'spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
      'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Like","values":["w"]}]}: invalid label selector',
    ]);
  });

  it('say all that is missing where there is no spec', () => {
    const object: appsv1.Deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
    setDefaults(object);
    expect(messagesOf(strategy.validate?.(object, context))).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ]);
  });

  it('keep their selector', () => {
    const object = deployment((spec) => {
      spec.selector = { matchLabels: { app: 'web', tier: 'a' } };
      spec.template.metadata = { labels: { app: 'web', tier: 'a' } };
    });
    expect(messagesOf(strategy.validateUpdate?.(object, deployment(), context))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"a"}}: field is immutable',
    ]);
  });

  it('begin a new generation when their annotations change', () => {
    const [object, old] = [deployment(), deployment()];
    Object.assign(object.metadata, { generation: 1, annotations: { a: 'b' } });
    Object.assign(old.metadata, { generation: 1 });
    strategy.prepareForUpdate?.(object, old, context);
    expect(object.metadata).toMatchObject({ generation: 2 });
  });

  it('warn about their template', () => {
    const object = deployment((spec) => {
      spec.template = template((pod) => void (pod.nodeSelector = { 'beta.kubernetes.io/arch': 'amd64' }));
    });
    expect(strategy.warningsOnCreate?.(object)).toEqual([
      'spec.template.spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead',
    ]);
  });

  it('have a status that adds up', () => {
    const [object, old] = [deployment(), deployment()];
    object.status = { replicas: 1, readyReplicas: 2, availableReplicas: 3 };
    old.status = { collisionCount: 1 };
    expect(messagesOf(statusStrategy.validateUpdate?.(object, old, context))).toEqual([
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
      'status.collisionCount: Invalid value: 0: cannot be decremented',
    ]);
  });
});
