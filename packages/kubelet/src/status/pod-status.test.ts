import type { corev1 } from '@typekube/api';
import type { Pod, PodSpec } from '../objects';
import { NO_STATE, type PodState } from '../runtime/pod-state';
import { containerNamed, exited, podOf, podState, stateOf } from '../testing/objects';
import { podStatus, type PodStatusInput } from './pod-status';

function statusOf(pod: Pod, state: PodState, changes: Partial<PodStatusInput> = {}): corev1.PodStatus {
  return podStatus({
    pod,
    state,
    reasons: new Map(),
    runtimeName: 'containerd',
    isReady: () => true,
    isStarted: () => true,
    isTerminal: false,
    hostIps: ['192.168.0.1'],
    firstSeen: 1_700_000_000_000,
    now: 1_700_000_001_000,
    ...changes,
  });
}

/** `Initialized Ready(ContainersNotReady)`: what is true by its name, what is not with its reason. */
function conditionWords({ conditions = [] }: corev1.PodStatus): string {
  return conditions
    .map(({ type, status, reason }) => (status === 'True' ? type : `!${type}${reason ? `(${reason})` : ''}`))
    .join(' ');
}

function stateWords({ state = {} }: corev1.ContainerStatus): string {
  const { waiting, running, terminated } = state;
  return waiting?.reason ?? (running ? 'running' : `${terminated?.reason} ${terminated?.exitCode}`);
}

const NOT_READY = '!Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled';
const WITH_INIT: Partial<PodSpec> = { initContainers: [containerNamed('i')] };
const NEVER: Partial<PodSpec> = { restartPolicy: 'Never' };
const SIDECAR: Partial<PodSpec> = { initContainers: [{ ...containerNamed('s'), restartPolicy: 'Always' }] };

it.each<[string, Partial<PodSpec>, PodState, Partial<PodStatusInput>, { phase: string; states: string; conditions: string }]>([
  [
    'new',
    {},
    NO_STATE,
    {},
    { phase: 'Pending', states: 'ContainerCreating', conditions: `!PodReadyToStartContainers Initialized ${NOT_READY}` },
  ],
  [
    'new with init containers',
    WITH_INIT,
    NO_STATE,
    {},
    {
      phase: 'Pending',
      states: 'PodInitializing',
      conditions: `!PodReadyToStartContainers !Initialized(ContainersNotInitialized) ${NOT_READY}`,
    },
  ],
  [
    'init container runs',
    WITH_INIT,
    podState([stateOf('i')]),
    {},
    {
      phase: 'Pending',
      states: 'PodInitializing',
      conditions: `PodReadyToStartContainers !Initialized(ContainersNotInitialized) ${NOT_READY}`,
    },
  ],
  [
    'init container failed for good',
    { ...WITH_INIT, ...NEVER },
    podState([exited('i', 1)]),
    { isTerminal: true },
    {
      phase: 'Failed',
      states: 'PodInitializing',
      conditions:
        'PodReadyToStartContainers !Initialized(ContainersNotInitialized) !Ready(PodFailed) !ContainersReady(PodFailed) PodScheduled',
    },
  ],
  [
    'runs',
    {},
    podState([stateOf('a')]),
    {},
    {
      phase: 'Running',
      states: 'running',
      conditions: 'PodReadyToStartContainers Initialized Ready ContainersReady PodScheduled',
    },
  ],
  [
    'runs, not ready',
    {},
    podState([stateOf('a')]),
    { isReady: () => false },
    { phase: 'Running', states: 'running', conditions: `PodReadyToStartContainers Initialized ${NOT_READY}` },
  ],
  [
    'no image',
    {},
    podState([]),
    { reasons: new Map([['a', { reason: 'ErrImagePull', message: 'no' }]]) },
    { phase: 'Pending', states: 'ErrImagePull', conditions: `PodReadyToStartContainers Initialized ${NOT_READY}` },
  ],
  [
    'crash loop',
    {},
    podState([exited('a', 1)]),
    { reasons: new Map([['a', { reason: 'CrashLoopBackOff', message: 'back-off' }]]) },
    { phase: 'Running', states: 'CrashLoopBackOff', conditions: `PodReadyToStartContainers Initialized ${NOT_READY}` },
  ],
  [
    'ended, to be restarted',
    {},
    podState([exited('a', 0)]),
    {},
    { phase: 'Running', states: 'Completed 0', conditions: `PodReadyToStartContainers Initialized ${NOT_READY}` },
  ],
  [
    'succeeded',
    NEVER,
    podState([exited('a', 0)]),
    { isTerminal: true },
    {
      phase: 'Succeeded',
      states: 'Completed 0',
      conditions: 'PodReadyToStartContainers Initialized !Ready(PodCompleted) !ContainersReady(PodCompleted) PodScheduled',
    },
  ],
  [
    'failed',
    NEVER,
    podState([exited('a', 3)]),
    { isTerminal: true },
    {
      phase: 'Failed',
      states: 'Error 3',
      conditions: 'PodReadyToStartContainers Initialized !Ready(PodFailed) !ContainersReady(PodFailed) PodScheduled',
    },
  ],
  [
    'out of memory',
    NEVER,
    podState([exited('a', 137, { reason: 'OOMKilled' })]),
    { isTerminal: true },
    {
      phase: 'Failed',
      states: 'OOMKilled 137',
      conditions: 'PodReadyToStartContainers Initialized !Ready(PodFailed) !ContainersReady(PodFailed) PodScheduled',
    },
  ],
  [
    'failed, its container has a policy of its own',
    { ...NEVER, containers: [{ ...containerNamed('a'), restartPolicy: 'OnFailure' }] },
    podState([exited('a', 3)]),
    {},
    { phase: 'Running', states: 'Error 3', conditions: `PodReadyToStartContainers Initialized ${NOT_READY}` },
  ],
  [
    'its init container failed',
    { ...NEVER, ...WITH_INIT },
    podState([exited('i', 5)]),
    { isTerminal: true },
    {
      phase: 'Failed',
      states: 'PodInitializing',
      conditions: 'PodReadyToStartContainers !Initialized(ContainersNotInitialized) !Ready(PodFailed) !ContainersReady(PodFailed) PodScheduled',
    },
  ],
  [
    'deleted before it began',
    {},
    NO_STATE,
    { isTerminal: true },
    {
      phase: 'Failed',
      states: 'ContainerStatusUnknown 137',
      conditions: '!PodReadyToStartContainers Initialized !Ready(PodFailed) !ContainersReady(PodFailed) PodScheduled',
    },
  ],
  [
    'sidecar starts',
    SIDECAR,
    podState([stateOf('s')]),
    { isStarted: () => false },
    {
      phase: 'Pending',
      states: 'PodInitializing',
      conditions: `PodReadyToStartContainers !Initialized(ContainersNotInitialized) ${NOT_READY}`,
    },
  ],
  [
    'past its deadline',
    {},
    podState([exited('a', 137)]),
    { isTerminal: true, verdict: { reason: 'DeadlineExceeded', message: 'late' } },
    {
      phase: 'Failed',
      states: 'Error 137',
      conditions: 'PodReadyToStartContainers Initialized !Ready(PodFailed) !ContainersReady(PodFailed) PodScheduled',
    },
  ],
])('%s', (_, spec, state, changes, expected) => {
  const status = statusOf(podOf(['a'], spec), state, changes);
  expect({
    phase: status.phase,
    states: (status.containerStatuses ?? []).map(stateWords).join(' '),
    conditions: conditionWords(status),
  }).toEqual(expected);
});

describe('a container that is gone from the runtime', () => {
  const status = { name: 'a', image: 'busybox:1', imageID: '', ready: false, restartCount: 3, containerID: 'containerd://old' };
  const end = { terminated: { exitCode: 88 } };
  const podWith = (changes: Partial<corev1.ContainerStatus>): Pod => ({ ...podOf(['a']), status: { containerStatuses: [{ ...status, ...changes }] } });

  it('is the last one of those that begin anew', () => {
    const { containerStatuses } = statusOf(podWith({ state: end }), podState([stateOf('a', { restartCount: 4 })]));
    expect(containerStatuses).toMatchObject([{ restartCount: 4, lastState: end, state: { running: {} } }]);
  });

  it('is still named while another waits to be made, so that it is counted', () => {
    const { containerStatuses } = statusOf(podWith({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: end }), podState([]));
    expect(containerStatuses).toMatchObject([{ restartCount: 3, containerID: 'containerd://old', lastState: end }]);
  });
});

it('says that all containers of a pod begin anew, and that they have', () => {
  const restartPolicyRules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }];
  const pod = podOf([], { ...NEVER, containers: [{ ...containerNamed('a'), restartPolicyRules }] });
  const during = statusOf(pod, podState([exited('a', 88)]));
  const message = 'Container a exited with code 88, all containers are restarted';
  expect(during.conditions?.at(-1)).toMatchObject({ type: 'AllContainersRestarting', status: 'True', reason: 'ContainerExited', message });
  expect(during.phase).toBe('Running');
  expect(statusOf({ ...pod, status: during }, podState([])).conditions?.at(-1)).toMatchObject({ type: 'AllContainersRestarting', status: 'False' });
});

it.each<[string, PodState, string]>([
  ['the second failed', podState([exited('i1', 0), exited('i2', 1)]), 'Completed 0, Error 1, PodInitializing'],
  ['nothing was made', NO_STATE, 'ContainerStatusUnknown 137, PodInitializing, PodInitializing'],
  ['the first is gone', podState([exited('i2', 1)]), 'ContainerStatusUnknown 137, Error 1, PodInitializing'],
])('lets init containers wait that never had their turn when the pod ended: %s', (_, state, states) => {
  const pod = podOf(['a'], { ...NEVER, initContainers: ['i1', 'i2', 'i3'].map(containerNamed) });
  const { initContainerStatuses = [], containerStatuses = [] } = statusOf(pod, state, { isTerminal: true });
  expect(initContainerStatuses.map(stateWords).join(', ')).toBe(states);
  expect(containerStatuses.map(stateWords)).toEqual(['PodInitializing']);
});

it('shows addresses, times, counts and ids', () => {
  const state = podState([
    stateOf('a', { id: 'new', restartCount: 2 }),
    exited('a', 1, { id: 'old', restartCount: 1, message: 'oops' }),
  ]);
  const status = statusOf(podOf(['a']), state);
  expect(status).toMatchObject({
    hostIP: '192.168.0.1',
    hostIPs: [{ ip: '192.168.0.1' }],
    podIP: '10.0.0.5',
    podIPs: [{ ip: '10.0.0.5' }],
    startTime: '2023-11-14T22:13:20Z',
  });
  expect(status.containerStatuses).toEqual([
    expect.objectContaining({
      containerID: 'containerd://new',
      restartCount: 2,
      ready: true,
      started: true,
      state: { running: { startedAt: '1970-01-01T00:00:03Z' } },
      lastState: {
        terminated: expect.objectContaining({ exitCode: 1, reason: 'Error', message: 'oops', containerID: 'containerd://old' }),
      },
    }),
  ]);
});

it('keeps an end, the time of a condition that did not change, and the conditions of others', () => {
  const old: corev1.PodStatus = {
    phase: 'Succeeded',
    startTime: '2020-01-01T00:00:00Z',
    conditions: [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' },
      { type: 'example.com/gate', status: 'True' },
    ],
  };
  const status = statusOf({ ...podOf(['a'], NEVER), status: old }, podState([stateOf('a')]));
  expect(status).toMatchObject({ phase: 'Succeeded', startTime: '2020-01-01T00:00:00Z' });
  expect(status.conditions).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'PodScheduled', lastTransitionTime: '2020-01-01T00:00:00Z' }),
      { type: 'example.com/gate', status: 'True' },
    ]),
  );
});

it.each<[string, Partial<PodStatusInput>, Partial<corev1.PodStatus>]>([
  ['it has done its work', {}, { phase: 'Running' }],
  ['it is past its deadline', { verdict: { reason: 'DeadlineExceeded', message: 'late' } }, { phase: 'Running' }],
  ['all has ended', { isTerminal: true }, { phase: 'Succeeded' }],
  ['it has had to go', { isTerminal: true, verdict: { reason: 'Preempting', message: 'go', isDisruption: true } }, { phase: 'Failed', reason: 'Preempting', message: 'go' }],
])('tells of its end, whereupon others take its place, when no container can be running any more: %s', (_, changes, expected) => {
  const pod: Pod = { ...podOf(['a'], NEVER), status: { phase: 'Running' } };
  const { phase, reason, message, conditions } = statusOf(pod, podState([exited('a', 0)]), changes);
  expect({ phase, reason, message }).toEqual({ reason: undefined, message: undefined, ...expected });
  expect(conditions?.some(({ type, status }) => type === 'Ready' && status === 'False')).toBe(true);
  expect(conditions?.some(({ type }) => type === 'DisruptionTarget')).toBe(changes.verdict?.isDisruption ?? false);
});

it('is not ready before its readiness gates are', () => {
  const pod = podOf(['a'], { readinessGates: [{ conditionType: 'example.com/gate' }] });
  expect(statusOf(pod, podState([stateOf('a')])).conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: 'corresponding condition of pod readiness gate "example.com/gate" does not exist.',
  });
});
