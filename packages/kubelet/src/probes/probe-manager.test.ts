import { GrpcConnection } from '@typekube/cri-api';
import { silentLogger } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import type { Container, Pod } from '../objects';
import { Runtime } from '../runtime/runtime';
import { podOf, podState, stateOf } from '../testing/objects';
import { ProbeManager } from './probe-manager';

const PROBE = { tcpSocket: { port: 1, host: '127.0.0.1' } };
const CONTAINER: Container = { name: 'main', image: 'busybox:1', startupProbe: PROBE, readinessProbe: PROBE, livenessProbe: PROBE };
const STATE = podState([stateOf('main')]);

describe('the probes of a pod', () => {
  const runtime = new Runtime(new GrpcConnection('/nowhere.sock'));
  let manager: ProbeManager;
  beforeEach(() => {
    manager = new ProbeManager({ runtime, clock: new FakeClock(), log: silentLogger, onChange: () => undefined, record: () => undefined });
  });
  afterEach(() => manager.stop('uid-1'));
  afterAll(() => runtime.close());

  function podWith(containerID: string, isWell = true): Pod {
    const status = { name: 'main', image: 'busybox:1', imageID: '', restartCount: 0, containerID, ready: isWell, started: isWell };
    return { ...podOf([], { containers: [CONTAINER] }), status: { containerStatuses: [status] } };
  }

  const found = (): boolean[] => [manager.isStarted(CONTAINER, 'main-id'), manager.isReady(CONTAINER, 'main-id')];

  it.each([
    ['counts for the container that still runs', podWith('cri://main-id'), [true, true]],
    ['does not count for the one after it', podWith('cri://older-id'), [false, false]],
    ['does not count where it was not well', podWith('cri://main-id', false), [false, false]],
  ])('what an earlier kubelet found %s', (_, pod, expected) => {
    manager.follow(pod, STATE, '127.0.0.1');
    expect(found()).toEqual(expected);
  });

  it('leave what they found as it is while the pod is being ended, and forget it with the pod', () => {
    manager.follow(podWith('cri://main-id'), STATE, '127.0.0.1');
    manager.keepReadinessOnly('uid-1');
    expect(found()).toEqual([true, true]);
    manager.stop('uid-1');
    expect(found()).toEqual([false, false]);
  });
});
