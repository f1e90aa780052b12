import type { corev1 } from '@typekube/api';
import type { Container, Pod } from '../objects';
import type { ContainerState, PodState } from '../runtime/pod-state';
import { podOf } from '../testing/objects';
import { allocationOf, askedBy, asksForResize, planResizes, withAllocation } from './allocation';

const GIB = 2 ** 30;

const container = (requests: Record<string, string>, limits: Record<string, string>, rest: Partial<Container> = {}): Container => ({
  name: 'a',
  resources: { requests, limits },
  ...rest,
});

function pod(of: Container, status: Partial<corev1.ContainerStatus> = {}): Pod {
  const containerStatuses = [{ name: 'a', image: '', imageID: '', ready: true, restartCount: 0, ...status }];
  return { ...podOf([], { containers: [of] }), status: { containerStatuses } };
}

const given = { requests: { cpu: '100m', memory: '32Mi' }, limits: { cpu: '200m', memory: '64Mi' } };

it.each<[string, Pod, boolean]>([
  ['what it was given', pod(container(given.requests, given.limits), { allocatedResources: given.requests, resources: given }), false],
  ['the same in other words', pod(container({ cpu: '0.1', memory: '32Mi' }, given.limits), { allocatedResources: given.requests, resources: given }), false],
  ['more', pod(container({ ...given.requests, cpu: '150m' }, given.limits), { allocatedResources: given.requests, resources: given }), true],
  ['a lower limit', pod(container(given.requests, { ...given.limits, memory: '48Mi' }), { allocatedResources: given.requests, resources: given }), true],
  ['something, and has not run yet', pod(container(given.requests, given.limits)), false],
])('a pod that asks for %s', (_, of, expected) => {
  expect(asksForResize(of, allocationOf(of))).toBe(expected);
});

it('shows a pod with what it was given until it is given what it asks for', () => {
  const of = pod(container({ ...given.requests, cpu: '1' }, given.limits), { allocatedResources: given.requests, resources: given });
  expect(withAllocation(of, allocationOf(of)).spec?.containers[0]?.resources).toEqual(given);
  expect(withAllocation(of, askedBy(of))).toBe(of);
});

function running(resources: ContainerState['resources']): PodState {
  const state: ContainerState = {
    id: 'id', name: 'a', sandboxId: 's', state: 'running', createdAt: 1, startedAt: 1, finishedAt: 0, exitCode: 0, reason: '', message: '', image: '', imageId: '',
    hash: '', restartCount: 0, logPath: '', ...(resources && { resources }),
  };
  return { sandboxes: [], containers: [state] };
}

const ANEW: Container['resizePolicy'] = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
const AS_GIVEN = { cpuShares: 102, cpuQuota: 20_000, memoryLimitInBytes: 64 * 2 ** 20 };

it.each<[string, Container, ContainerState['resources'], unknown[]]>([
  ['has what it was given', container(given.requests, given.limits), AS_GIVEN, []],
  ['is of a runtime that does not tell', container(given.requests, given.limits), undefined, []],
  ['has too little', container(given.requests, given.limits, { resizePolicy: ANEW }), { ...AS_GIVEN, cpuQuota: 10_000 }, [{ id: 'id', name: 'a', isRestart: false }]],
  ['must be made anew for more memory', container(given.requests, given.limits, { resizePolicy: ANEW }), { ...AS_GIVEN, memoryLimitInBytes: 1 }, [{ id: 'id', name: 'a', isRestart: true }]],
  ['has no limits', container({ cpu: '100m' }, {}), { cpuShares: 102, cpuQuota: 0, memoryLimitInBytes: 0 }, []],
])('a container that %s', (_, of, resources, expected) => {
  expect(planResizes(pod(of), running(resources), 4 * GIB)).toMatchObject(expected);
  expect(planResizes(pod(of), running(resources), 4 * GIB)).toHaveLength(expected.length);
});
