import { context, firstContainer, messagesOf, template } from '../../../testing/workloads';
import type { appsv1 } from '../../../types';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';

function statefulSet(
  change: (spec: appsv1.StatefulSetSpec) => void = () => {},
): appsv1.StatefulSet & { spec: appsv1.StatefulSetSpec } {
  const spec: appsv1.StatefulSetSpec = { serviceName: 'db', selector: { matchLabels: { app: 'web' } }, template: template() };
  change(spec);
  const object = { apiVersion: 'apps/v1' as const, kind: 'StatefulSet' as const, metadata: { name: 'db' }, spec };
  setDefaults(object);
  return object;
}

const withClaim = (spec: appsv1.StatefulSetSpec): void => {
  spec.volumeClaimTemplates = [
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } },
  ];
  spec.template = template((pod) => void (firstContainer(pod).volumeMounts = [{ name: 'data', mountPath: '/data' }]));
};

describe('stateful sets', () => {
  it('fill in their defaults', () => {
    expect(statefulSet(withClaim).spec).toMatchObject({
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      replicas: 1,
      revisionHistoryLimit: 10,
      volumeClaimTemplates: [
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } },
      ],
    });
  });

  it('start with counters of 0', () => {
    const object = statefulSet();
    strategy.prepareForCreate?.(object, context);
    expect(object.status).toEqual({ replicas: 0, availableReplicas: 0 });
  });

  it.each<[string, (spec: appsv1.StatefulSetSpec) => void, string[]]>([
    ['nothing', () => {}, []],
    ['nothing about mounts of claims', withClaim, []],
    [
      'an unknown order',
      (s) => void (s.podManagementPolicy = 'X'),
      ["spec.podManagementPolicy: Invalid value: \"X\": must be 'OrderedReady' or 'Parallel'"],
    ],
    [
      'a partition below 0',
      (s) => void (s.updateStrategy = { rollingUpdate: { partition: -1 } }),
      ['spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a rolling update of another type',
      (s) => void (s.updateStrategy = { type: 'OnDelete', rollingUpdate: { partition: 0 } }),
      ['spec.updateStrategy.rollingUpdate: Invalid value: {"partition":0}: only allowed for updateStrategy \'RollingUpdate\''],
    ],
    [
      'a retention',
      (s) => void (s.persistentVolumeClaimRetentionPolicy = { whenScaled: 'Keep' }),
      ['spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"'],
    ],
    [
      'an empty selector',
      (s) => void (s.selector = {}),
      ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset'],
    ],
    [
      'ordinals below 0',
      (s) => void (s.ordinals = { start: -1 }),
      ['spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0'],
    ],
  ])('refuse %s', (_, change, expected) => {
    expect(messagesOf(strategy.validate?.(statefulSet(change), context))).toEqual(expected);
  });

  it.each<[string, (spec: appsv1.StatefulSetSpec) => void, string[]]>([
    ['replicas', (s) => void (s.replicas = 3), []],
    ['the history', (s) => void (s.revisionHistoryLimit = 3), []],
    [
      'the service',
      (s) => void (s.serviceName = 'x'),
      [
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
          "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ],
    ],
  ])('judge a change of %s', (_, change, expected) => {
    expect(messagesOf(strategy.validateUpdate?.(statefulSet(change), statefulSet(), context))).toEqual(expected);
  });

  it('have names that hosts can have', () => {
    expect(strategy.validateName?.('a.b', false)).toHaveLength(1);
  });

  it('have a status that adds up', () => {
    const object = statefulSet();
    object.status = { replicas: 1, currentReplicas: 2, availableReplicas: 1 };
    expect(messagesOf(statusStrategy.validateUpdate?.(object, statefulSet(), context))).toEqual([
      'status.currentReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 1: cannot be greater than status.readyReplicas',
    ]);
  });
});
