import type { Container, PodSpec } from '../objects';
import { NO_STATE, type PodState } from '../runtime/pod-state';
import { containerNamed, exited, podOf, podState, stateOf } from '../testing/objects';
import { hasEnded, planPod, type PodPlan, type ProbeResults } from './plan';

const NO_PROBES: ProbeResults = { liveness: () => undefined, startup: () => undefined };

/** A plan in short words: `sandbox0 start(a b) kill(c) end`. */
function words({ killPod, createSandbox, attempt, kill, start, restartAll }: PodPlan): string {
  const parts = [
    ...(restartAll ? [`anew(${restartAll.name})`] : []),
    ...(killPod ? ['end'] : []),
    ...(createSandbox ? [`sandbox${attempt}`] : []),
    ...(kill.length ? [`kill(${kill.map(({ name }) => name).join(' ')})`] : []),
    ...(start.length ? [`start(${start.map(({ name }) => name).join(' ')})`] : []),
  ];
  return parts.join(' ');
}

function withPolicy(restartPolicy: string, ...codes: number[]): Container {
  return { ...containerNamed('a'), restartPolicy, ...(codes.length && { restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: codes } }] }) };
}

/** One whose end with code 88 makes the others begin anew. */
function triggering(name: string, restartPolicy = 'Never'): Container {
  const rules = [
    { action: 'Restart', exitCodes: { operator: 'In', values: [42] } },
    { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42, 88] } },
  ];
  return { ...containerNamed(name), restartPolicy, restartPolicyRules: rules };
}

const TRIGGERING: Partial<PodSpec> = { restartPolicy: 'Never', containers: [triggering('a'), containerNamed('b')] };

const INIT: Partial<PodSpec> = { initContainers: [containerNamed('i1'), containerNamed('i2')] };
const EPHEMERAL = { ephemeralContainers: [{ name: 'e', image: 'debug' }] };
const SIDECAR: Partial<PodSpec> = { initContainers: [{ ...containerNamed('s'), restartPolicy: 'Always' }, containerNamed('i')] };

it('makes a container anew that its policy does not let be resized in place', () => {
  const state = podState([stateOf('a'), stateOf('b')]);
  const plan = planPod({ pod: podOf(['a', 'b']), state, probes: NO_PROBES, resized: new Set(['b-id']) });
  expect(plan.kill).toEqual([{ id: 'b-id', name: 'b', message: 'Container b resize requires restart, will be restarted' }]);
  expect(words(plan)).toBe('kill(b) start(b)');
});

describe('planPod', () => {
  it.each<[string, Partial<PodSpec>, PodState, string]>([
    ['a new pod', {}, NO_STATE, 'sandbox0 start(a b)'],
    ['a pod that runs', {}, podState([stateOf('a'), stateOf('b')]), ''],
    ['a container that is not there yet', {}, podState([stateOf('a')]), 'start(b)'],
    ['a container that ended, Always', {}, podState([stateOf('a'), exited('b', 0)]), 'start(b)'],
    ['a container that ended well, OnFailure', { restartPolicy: 'OnFailure' }, podState([stateOf('a'), exited('b', 0)]), ''],
    ['a container that failed, OnFailure', { restartPolicy: 'OnFailure' }, podState([stateOf('a'), exited('b', 1)]), 'start(b)'],
    ['a container that failed, Never', { restartPolicy: 'Never' }, podState([stateOf('a'), exited('b', 1)]), ''],
    ['a container that failed, its own policy OnFailure', { restartPolicy: 'Never', containers: [withPolicy('OnFailure'), containerNamed('b')] }, podState([exited('a', 1), exited('b', 0)]), 'start(a)'],
    ['a container that failed, with a rule for its code', { restartPolicy: 'Never', containers: [withPolicy('Never', 42), containerNamed('b')] }, podState([exited('a', 42), stateOf('b')]), 'start(a)'],
    ['a container that failed, with a rule for another code', { restartPolicy: 'Always', containers: [withPolicy('Never', 42), containerNamed('b')] }, podState([exited('a', 1), stateOf('b')]), ''],
    ['a container that ended so that all begin anew', TRIGGERING, podState([exited('a', 88), stateOf('b')]), 'anew(a)'],
    ['the last container ended so that all begin anew', TRIGGERING, podState([exited('a', 88), exited('b', 0)]), 'anew(a)'],
    ['a container that ended so that it alone is restarted: the first rule counts', TRIGGERING, podState([exited('a', 42), stateOf('b')]), 'start(a)'],
    ['a container that ended with a code of no rule', TRIGGERING, podState([exited('a', 1), stateOf('b')]), ''],
    ['an end in an older sandbox makes nothing begin anew', TRIGGERING, podState([exited('a', 88, { sandboxId: 's0' }), stateOf('b')]), 'start(a)'],
    ['all have gone, to begin anew', { ...TRIGGERING, ...INIT }, podState([]), 'start(i1)'],
    ['a sidecar ended so that all begin anew', { initContainers: [triggering('s', 'Always')] }, podState([exited('s', 88), stateOf('a'), stateOf('b')]), 'anew(s)'],
    ['all ended, Never', { restartPolicy: 'Never' }, podState([exited('a', 0), exited('b', 1)]), 'end'],
    ['a sandbox that died', {}, podState([stateOf('a'), stateOf('b')], { isReady: false }), 'end sandbox1 start(a b)'],
    ['a sandbox that died, Never', { restartPolicy: 'Never' }, podState([exited('a', 1)], { isReady: false }), 'end'],
    [
      'a sandbox that died, OnFailure, one done',
      { restartPolicy: 'OnFailure' },
      podState([exited('a', 0), exited('b', 137)], { isReady: false }),
      'end sandbox1 start(b)',
    ],
    ['a sandbox without an address', {}, podState([], { ips: [] }), 'end sandbox1 start(a b)'],
    ['a changed image', {}, podState([stateOf('a', { hash: 'other' }), stateOf('b')]), 'kill(a) start(a)'],
    ['a container in an unknown state', {}, podState([stateOf('a', { state: 'unknown' }), stateOf('b')]), 'kill(a) start(a)'],
    ['a container that was made, not started', {}, podState([stateOf('a', { state: 'created' }), stateOf('b')]), 'start(a)'],
    ['init containers: the first with the sandbox', INIT, NO_STATE, 'sandbox0 start(i1)'],
    ['init containers: the second after the first', INIT, podState([exited('i1', 0)]), 'start(i2)'],
    ['init containers: waiting', INIT, podState([stateOf('i1')]), ''],
    ['init containers: failed, again', INIT, podState([exited('i1', 1)]), 'start(i1)'],
    ['init containers: failed for good', { ...INIT, restartPolicy: 'Never' }, podState([exited('i1', 1)]), 'end'],
    ['init containers: done', INIT, podState([exited('i2', 0), exited('i1', 0)]), 'start(a b)'],
    ['init containers: gone, but behind', INIT, podState([stateOf('a'), exited('b', 1)]), 'start(b)'],
    ['init containers: of an older sandbox do not count', INIT, podState([exited('i1', 0, { sandboxId: 's0' })]), 'start(i1)'],
    ['an ephemeral container', EPHEMERAL, podState([stateOf('a'), stateOf('b')]), 'start(e)'],
    ['an ephemeral container, before the others', { ...EPHEMERAL, ...INIT }, podState([exited('i1', 1)]), 'start(e i1)'],
    ['an ephemeral container that ended', EPHEMERAL, podState([stateOf('a'), stateOf('b'), exited('e', 1)]), ''],
    ['an ephemeral container alone does not keep the pod', { ...EPHEMERAL, restartPolicy: 'Never' }, podState([exited('a', 0), exited('b', 0), stateOf('e')]), 'end'],
    ['a sidecar first', SIDECAR, podState([]), 'start(s)'],
    ['a sidecar runs: the next', SIDECAR, podState([stateOf('s')]), 'start(i)'],
    ['a sidecar runs, the init container is done', SIDECAR, podState([stateOf('s'), exited('i', 0)]), 'start(a b)'],
    [
      'a sidecar that ended is started again',
      SIDECAR,
      podState([exited('s', 0), exited('i', 0), stateOf('a'), stateOf('b')]),
      'start(s)',
    ],
  ])('%s', (_, spec, state, expected) => {
    expect(words(planPod({ pod: podOf(['a', 'b'], spec), state, probes: NO_PROBES }))).toBe(expected);
  });

  it.each([
    ['Always', 'liveness', 'Container a failed liveness probe, will be restarted', 'kill(a) start(a)'],
    ['Never', 'liveness', 'Container a failed liveness probe', 'kill(a)'],
    ['Always', 'startup', 'Container a failed startup probe, will be restarted', 'kill(a) start(a)'],
  ] as const)('%s: a failed %s probe', (restartPolicy, kind, message, expected) => {
    const probes: ProbeResults = { ...NO_PROBES, [kind]: (id: string) => (id === 'a-id' ? false : undefined) };
    const plan = planPod({ pod: podOf(['a'], { restartPolicy }), state: podState([stateOf('a')]), probes });
    expect(words(plan)).toBe(expected);
    expect(plan.kill[0]?.message).toBe(message);
  });

  it('waits for the startup probe of a sidecar', () => {
    const spec: Partial<PodSpec> = {
      initContainers: [{ ...containerNamed('s'), restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 1 } } }],
    };
    const input = { pod: podOf(['a'], spec), state: podState([stateOf('s')]) };
    expect(words(planPod({ ...input, probes: NO_PROBES }))).toBe('');
    expect(words(planPod({ ...input, probes: { ...NO_PROBES, startup: () => true } }))).toBe('start(a)');
  });
});

it.each<[string, Partial<PodSpec>, PodState, boolean]>([
  ['nothing was made', {}, NO_STATE, false],
  ['all ended, Always', {}, podState([exited('a', 0)]), false],
  ['all ended well, OnFailure', { restartPolicy: 'OnFailure' }, podState([exited('a', 0)]), true],
  ['one failed, OnFailure', { restartPolicy: 'OnFailure' }, podState([exited('a', 1)]), false],
  ['failed, Never', { restartPolicy: 'Never' }, podState([exited('a', 1)]), true],
  ['ended so that all begin anew', TRIGGERING, podState([exited('a', 88), exited('b', 0)]), false],
  ['an init container failed, Never', { restartPolicy: 'Never', ...INIT }, podState([exited('i1', 1)]), true],
  ['only an ephemeral container runs', { restartPolicy: 'Never', ...EPHEMERAL }, podState([exited('a', 0), stateOf('e')]), true],
  ['only a sidecar runs', { restartPolicy: 'Never', ...SIDECAR }, podState([stateOf('s'), exited('i', 0), exited('a', 0)]), true],
])('has ended: %s', (_, spec, state, expected) => {
  expect(hasEnded(podOf(['a'], spec), state)).toBe(expected);
});
