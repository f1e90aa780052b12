import type { Node, Pod } from '../shared/objects';
import { planEviction } from '../taint-eviction/plan-eviction';
import { ago, NOW, pod } from '../testing/workloads';
import { type NodeHealth, planHealth } from './plan-health';
import { mayEvict, planTaints } from './plan-taints';

interface Fields {
  readonly ready?: string;
  readonly heartbeat?: number;
  readonly age?: number;
  readonly spec?: Node['spec'];
}

function node({ ready, heartbeat = 0, age = 0, spec }: Fields = {}): Node {
  const condition = ready && { type: 'Ready', status: ready, lastHeartbeatTime: ago(heartbeat) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', creationTimestamp: ago(age) },
    ...(spec && { spec }),
    status: { conditions: condition ? [condition] : [] },
  };
}

describe('planHealth', () => {
  const plan = (seen: Node, previous?: NodeHealth, renewal = '') =>
    planHealth(seen, { renewal, previous, now: NOW, graceMilliseconds: 40_000, startupGraceMilliseconds: 60_000 });
  const before = (seconds: number, heartbeat: number, renewal = ''): NodeHealth => ({ seenAt: NOW - seconds * 1000, heartbeat: ago(heartbeat), renewal });

  it.each([
    ['seen for the first time, however old it says it is', node({ ready: 'True', heartbeat: 999 }), undefined, '', false],
    ['within the grace', node({ ready: 'True', heartbeat: 30 }), before(30, 30), '', false],
    ['silent', node({ ready: 'True', heartbeat: 50 }), before(50, 50), '', true],
    ['with a new heartbeat', node({ ready: 'True', heartbeat: 10 }), before(50, 50), '', false],
    ['with a new lease', node({ ready: 'True', heartbeat: 50 }), before(50, 50, ago(50)), ago(1), false],
    ['with the same lease', node({ ready: 'True', heartbeat: 50 }), before(50, 50, ago(50)), ago(50), true],
    ['new, without a word', node({ age: 30 }), undefined, '', false],
    ['never heard of', node({ age: 90 }), undefined, '', true],
  ] as const)('%s', (_, seen, previous, renewal, isSilent) => {
    expect(plan(seen, previous, renewal).conditions !== undefined).toBe(isSilent);
  });

  it('says why', () => {
    const said = ({ conditions = [] }: ReturnType<typeof plan>): string[] => conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
    const missing = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => `${type} Unknown NodeStatusNeverUpdated`);
    expect(said(plan(node({ ready: 'True', heartbeat: 50 }), before(50, 50)))).toEqual(['Ready Unknown NodeStatusUnknown', ...missing]);
    expect(said(plan(node({ age: 90 })))).toEqual(['Ready Unknown NodeStatusNeverUpdated', ...missing]);
  });
});

describe('planTaints', () => {
  const keys = (seen: Node, evict = true) => planTaints(seen, { evict, now: NOW })?.map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`);
  const own = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];

  it.each<[string, Node, boolean, string[] | undefined]>([
    ['ready', node({ ready: 'True' }), true, undefined],
    ['not ready', node({ ready: 'False' }), true, ['not-ready:NoSchedule', 'not-ready:NoExecute']],
    ['unknown', node({ ready: 'Unknown' }), true, ['unreachable:NoSchedule', 'unreachable:NoExecute']],
    ['unknown, like all', node({ ready: 'Unknown' }), false, ['unreachable:NoSchedule']],
    ['cordoned', node({ ready: 'True', spec: { unschedulable: true } }), true, ['unschedulable:NoSchedule']],
    ['well again', node({ ready: 'True', spec: { taints: own } }), true, []],
    ['tainted by others', node({ ready: 'True', spec: { taints: [...own, { key: 'x', effect: 'NoExecute' }] } }), true, ['x:NoExecute']],
  ])('%s', (_, seen, evict, expected) => {
    expect(keys(seen, evict)).toEqual(expected);
  });

  it('evicts nothing where no node is ready', () => {
    expect(mayEvict([node({ ready: 'Unknown' }), node({ ready: 'False' })])).toBe(false);
    expect(mayEvict([node({ ready: 'Unknown' }), node({ ready: 'True' })])).toBe(true);
  });
});

describe('planEviction', () => {
  const tainted = node({ spec: { taints: [{ key: 'k', value: 'v', effect: 'NoExecute', timeAdded: ago(10) }, { key: 'other', effect: 'NoSchedule' }] } });
  const at = (tolerations: NonNullable<Pod['spec']>['tolerations'], on = tainted): number | undefined => {
    const base = pod();
    const when = planEviction({ ...base, spec: { containers: [], ...(tolerations && { tolerations }) } }, on, NOW);
    return when === undefined ? undefined : (when - NOW) / 1000;
  };

  it.each([
    ['not tolerated', undefined, 0],
    ['tolerated for ever', [{ key: 'k', operator: 'Exists' }], undefined],
    ['tolerated by value', [{ key: 'k', value: 'v' }], undefined],
    ['another value', [{ key: 'k', value: 'w' }], 0],
    ['another effect', [{ key: 'k', operator: 'Exists', effect: 'NoSchedule' }], 0],
    ['everything tolerated', [{ operator: 'Exists' }], undefined],
    ['for a while, of which some has gone', [{ key: 'k', operator: 'Exists', tolerationSeconds: 300 }], 290],
    ['for no time', [{ key: 'k', operator: 'Exists', tolerationSeconds: -5 }], -10],
  ])('%s', (_, tolerations, expected) => {
    expect(at(tolerations)).toBe(expected);
  });

  it('leaves pods alone on other nodes', () => {
    expect(at(undefined, node())).toBeUndefined();
  });
});
