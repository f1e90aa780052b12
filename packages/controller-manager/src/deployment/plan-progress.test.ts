import type { Deployment, ReplicaSet } from '../shared/objects';
import { ago, deployment, NOW, replicaSet } from '../testing/workloads';
import { planPausedConditions, planRolloutStatus, untilTimeout } from './plan-progress';

function progressing(reason: string, seconds: number, status = 'True'): NonNullable<NonNullable<Deployment['status']>['conditions']>[number] {
  return { type: 'Progressing', status, reason, message: '', lastUpdateTime: ago(seconds), lastTransitionTime: ago(seconds) };
}

function planned(status: Deployment['status'], newest: ReplicaSet, old: ReplicaSet[] = []): string | undefined {
  const wanted = deployment({ replicas: 2, spec: { progressDeadlineSeconds: 10 }, ...(status && { status }) });
  const { conditions } = planRolloutStatus(wanted, { newest, old }, NOW);
  const found = conditions?.find(({ type }) => type === 'Progressing');
  return found && `${found.status} ${found.reason} ${found.message}`;
}

describe('planRolloutStatus', () => {
  it.each([
    ['progress', { replicas: 0 }, 0, 'True ReplicaSetUpdated ReplicaSet "rs" is progressing.'],
    ['all there', { replicas: 0 }, 2, 'True NewReplicaSetAvailable ReplicaSet "rs" has successfully progressed.'],
  ])('%s', (_, status, available, expected) => {
    expect(planned(status, replicaSet(2, { available }))).toBe(expected);
  });

  it('times out without progress, and stays so', () => {
    const newest = replicaSet(2, { available: 0 });
    const still = { replicas: 2, updatedReplicas: 2 };
    const late = 'False ProgressDeadlineExceeded ReplicaSet "rs" has timed out progressing.';
    expect(planned({ ...still, conditions: [progressing('ReplicaSetUpdated', 9)] }, newest)).toBe('True ReplicaSetUpdated ');
    expect(planned({ ...still, conditions: [progressing('ReplicaSetUpdated', 11)] }, newest)).toBe(late);
  });

  it('says nothing of pods that go away from a complete deployment', () => {
    const status = { replicas: 2, updatedReplicas: 2, conditions: [progressing('NewReplicaSetAvailable', 100)] };
    expect(planned(status, replicaSet(2, { available: 1 }))).toBe('True NewReplicaSetAvailable ');
  });

  it('has no such condition without a deadline', () => {
    const wanted = deployment({ replicas: 1, status: { conditions: [progressing('ReplicaSetUpdated', 1)] } });
    const { conditions } = planRolloutStatus(wanted, { newest: replicaSet(1), old: [] }, NOW);
    expect(conditions?.map(({ type }) => type)).toEqual(['Available']);
  });

  it('passes on why pods cannot be made', () => {
    const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota', lastTransitionTime: ago(1) };
    const wanted = deployment({ replicas: 1 });
    const { conditions } = planRolloutStatus(wanted, { newest: replicaSet(1, { status: { conditions: [failure] } }), old: [] }, NOW);
    expect(conditions).toContainEqual({ ...failure, lastUpdateTime: ago(1) });
  });
});

it.each([
  [true, [], 'Unknown DeploymentPaused Deployment is paused'],
  [true, [progressing('DeploymentPaused', 1, 'Unknown')], undefined],
  [false, [progressing('DeploymentPaused', 1, 'Unknown')], 'Unknown DeploymentResumed Deployment is resumed'],
  [false, [], undefined],
  [true, [progressing('ProgressDeadlineExceeded', 1, 'False')], undefined],
])('paused %s, conditions %j', (paused, conditions, expected) => {
  const wanted = deployment({ spec: { paused, progressDeadlineSeconds: 10 }, status: { conditions } });
  const [first] = planPausedConditions(wanted, NOW) ?? [];
  expect(first && `${first.status} ${first.reason} ${first.message}`).toBe(expected);
});

it('comes again a second after the deadline', () => {
  const wanted = deployment({ spec: { progressDeadlineSeconds: 10 }, status: { conditions: [progressing('ReplicaSetUpdated', 4)] } });
  expect(untilTimeout(wanted, {}, NOW)).toBe(7000);
});
