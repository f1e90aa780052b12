import type { corev1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');

type Containers = corev1.ContainerStatus[];

function container(name: string, more: Partial<corev1.ContainerStatus>): corev1.ContainerStatus {
  return { name, image: 'i', imageID: '', ready: false, restartCount: 0, ...more };
}

const running = (name: string, more: Partial<corev1.ContainerStatus> = {}): corev1.ContainerStatus =>
  container(name, { ready: true, state: { running: {} }, ...more });
const ended = (name: string, exitCode: number, reason?: string): corev1.ContainerStatus =>
  container(name, { state: { terminated: { exitCode, ...(reason && { reason }) } } });
const waiting = (name: string, reason: string): corev1.ContainerStatus => container(name, { state: { waiting: { reason } } });

interface Given {
  names?: string[];
  init?: corev1.Container[];
  phase?: string;
  statuses?: Containers;
  initStatuses?: Containers;
  status?: Partial<corev1.PodStatus>;
  spec?: Partial<corev1.PodSpec>;
  metadata?: corev1.Pod['metadata'];
}

function pod({ names = ['a'], init, phase = 'Running', statuses, initStatuses, status, spec, metadata }: Given): corev1.Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', creationTimestamp: '2026-01-10T11:00:00Z', ...metadata },
    spec: { containers: names.map((name) => ({ name })), ...(init && { initContainers: init }), ...spec },
    status: {
      phase,
      ...(statuses && { containerStatuses: statuses }),
      ...(initStatuses && { initContainerStatuses: initStatuses }),
      ...status,
    },
  };
}

const setup: corev1.Container[] = [{ name: 'setup' }];
const sidecar: corev1.Container[] = [{ name: 'proxy', restartPolicy: 'Always' }];
const condition = (type: string, status = 'True', reason?: string): corev1.PodCondition => ({
  type,
  status,
  ...(reason && { reason }),
});
const restarted = (restartCount: number, finishedAt: string): Partial<corev1.ContainerStatus> => ({
  restartCount,
  lastState: { terminated: { exitCode: 1, finishedAt } },
});

describe('the columns of pods', () => {
  it.each<[what: string, given: Given, ready: string, status: string, restarts: string]>([
    ['only a phase', { phase: 'Pending' }, '0/1', 'Pending', '0'],
    ['a reason of its own', { phase: 'Failed', status: { reason: 'Evicted' } }, '0/1', 'Evicted', '0'],
    [
      'held back by gates',
      { phase: 'Pending', status: { conditions: [condition('PodScheduled', 'False', 'SchedulingGated')] } },
      '0/1',
      'SchedulingGated',
      '0',
    ],
    ['running', { names: ['a', 'b'], statuses: [running('a'), running('b')] }, '2/2', 'Running', '0'],
    [
      'one waiting',
      { names: ['a', 'b'], statuses: [waiting('a', 'ImagePullBackOff'), running('b')] },
      '1/2',
      'ImagePullBackOff',
      '0',
    ],
    ['the first container has the last word', { statuses: [ended('a', 1, 'Error'), waiting('b', 'Later')] }, '0/1', 'Error', '0'],
    ['an exit code without a reason', { statuses: [ended('a', 3)] }, '0/1', 'ExitCode:3', '0'],
    [
      'a signal without a reason',
      { statuses: [container('a', { state: { terminated: { exitCode: 137, signal: 9 } } })] },
      '0/1',
      'Signal:9',
      '0',
    ],
    ['completed', { phase: 'Succeeded', statuses: [ended('a', 0, 'Completed')] }, '0/1', 'Completed', '0'],
    [
      'one completed, one running and ready',
      { names: ['a', 'b'], statuses: [ended('a', 0, 'Completed'), running('b')], status: { conditions: [condition('Ready')] } },
      '1/2',
      'Running',
      '0',
    ],
    [
      'one completed, one running but the pod not ready',
      { names: ['a', 'b'], statuses: [ended('a', 0, 'Completed'), running('b')] },
      '1/2',
      'NotReady',
      '0',
    ],
    [
      'one completed, one failed',
      { names: ['a', 'b'], statuses: [ended('a', 0, 'Completed'), ended('b', 1, 'Error')] },
      '0/2',
      'Error',
      '0',
    ],
    ['init not begun', { phase: 'Pending', init: setup, initStatuses: [container('setup', {})] }, '0/1', 'Init:0/1', '0'],
    [
      'init waiting for the pod',
      { phase: 'Pending', init: setup, initStatuses: [waiting('setup', 'PodInitializing')] },
      '0/1',
      'Init:0/1',
      '0',
    ],
    [
      'init waiting',
      { phase: 'Pending', init: setup, initStatuses: [waiting('setup', 'CrashLoopBackOff')] },
      '0/1',
      'Init:CrashLoopBackOff',
      '0',
    ],
    ['init failed', { init: setup, initStatuses: [ended('setup', 2)] }, '0/1', 'Init:ExitCode:2', '0'],
    ['init failed with a reason', { init: setup, initStatuses: [ended('setup', 2, 'Error')] }, '0/1', 'Init:Error', '0'],
    [
      'init through',
      { init: setup, initStatuses: [ended('setup', 0, 'Completed')], statuses: [running('a')] },
      '1/1',
      'Running',
      '0',
    ],
    [
      'a sidecar counts',
      { init: sidecar, initStatuses: [running('proxy', { started: true })], statuses: [running('a')] },
      '2/2',
      'Running',
      '0',
    ],
    [
      'init containers restarting',
      { init: setup, initStatuses: [container('setup', restarted(3, '2026-01-10T11:55:00Z'))] },
      '0/1',
      'Init:0/1',
      '3 (5m ago)',
    ],
    [
      'restarts of the containers, the latest of them',
      {
        names: ['a', 'b'],
        statuses: [
          running('a', restarted(2, '2026-01-10T11:30:00Z')),
          running('b', restarted(1, '2026-01-10T11:50:00Z')),
        ],
      },
      '2/2',
      'Running',
      '3 (10m ago)',
    ],
    ['going', { statuses: [running('a')], metadata: { deletionTimestamp: '2026-01-10T12:00:00Z' } }, '1/1', 'Terminating', '0'],
    [
      'gone already, kept by a finalizer',
      { phase: 'Succeeded', statuses: [ended('a', 0, 'Completed')], metadata: { deletionTimestamp: '2026-01-10T12:00:00Z' } },
      '0/1',
      'Completed',
      '0',
    ],
    [
      'on a lost node',
      { status: { reason: 'NodeLost' }, metadata: { deletionTimestamp: '2026-01-10T12:00:00Z' } },
      '0/1',
      'Unknown',
      '0',
    ],
  ])('%s', (_, given, ready, status, restarts) => {
    expect(table.cells(pod(given), NOW).slice(0, 5)).toEqual(['web', ready, status, restarts, '60m']);
  });

  it('shows where the pod is with -o wide', () => {
    const wide = pod({
      spec: { nodeName: 'n1', readinessGates: [{ conditionType: 'x' }, { conditionType: 'y' }] },
      status: { podIPs: [{ ip: '10.0.0.1' }], nominatedNodeName: 'n2', conditions: [condition('x'), condition('y', 'False')] },
    });
    expect(table.cells(wide, NOW).slice(5)).toEqual(['10.0.0.1', 'n1', 'n2', '1/2']);
    expect(table.cells(pod({}), NOW).slice(5)).toEqual(['<none>', '<none>', '<none>', '<none>']);
    expect(table.columns.map(({ name, priority }) => `${name}:${priority}`)).toEqual([
      'Name:0',
      'Ready:0',
      'Status:0',
      'Restarts:0',
      'Age:0',
      'IP:1',
      'Node:1',
      'Nominated Node:1',
      'Readiness Gates:1',
    ]);
  });
});
