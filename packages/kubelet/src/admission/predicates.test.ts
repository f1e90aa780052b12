import type { Pod, PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { type AdmittingNode, failuresOf } from './predicates';
import { podsToPreempt } from './preemption';
import { amountsOf, podRequests } from './requests';

const NODE: AdmittingNode = {
  name: 'n1',
  labels: { zone: 'a', size: '4' },
  taints: [],
  allocatable: amountsOf({ cpu: '2', memory: '1Gi', pods: '3', 'example.com/gpu': '1' }),
};

const asking = (requests: Record<string, string>, name = 'main'): PodSpec['containers'][number] => ({ name, image: 'i', resources: { requests } });
const pod = (spec: Partial<PodSpec>, changes: Partial<Pod> = {}): Pod => ({ ...podOf(['a'], spec), ...changes });
const withPort = (hostPort: number, more: object = {}): Partial<PodSpec> => ({ containers: [{ name: 'a', image: 'i', ports: [{ containerPort: 80, hostPort, ...more }] }] });

const terms = (...matchExpressions: { key: string; operator: string; values?: string[] }[]): Partial<PodSpec> => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } },
});

it.each<[string, Pod, readonly Pod[], unknown[]]>([
  ['a pod that fits', pod({ containers: [asking({ cpu: '2', memory: '1Gi' })] }), [], []],
  ['too much CPU', pod({ containers: [asking({ cpu: '1500m' })] }), [pod({ containers: [asking({ cpu: '1' })] })], [{ resource: 'cpu', requested: 1500, used: 1000, capacity: 2000 }]],
  ['too much memory', pod({ containers: [asking({ memory: '2Gi' })] }), [], [{ resource: 'memory', requested: 2 ** 31, used: 0, capacity: 2 ** 30 }]],
  ['too many pods', pod({}), [pod({}), pod({}), pod({})], [{ resource: 'pods', requested: 1, used: 3, capacity: 3 }]],
  ['more of an extended resource', pod({ containers: [asking({ 'example.com/gpu': '2' })] }), [], [{ resource: 'example.com/gpu', requested: 2, used: 0, capacity: 1 }]],
  ['an extended resource that the node does not know', pod({ containers: [asking({ 'example.com/tpu': '2' })] }), [], []],
  ['huge pages that there are none of', pod({ containers: [asking({ 'hugepages-2Mi': '2Mi' })] }), [], [{ resource: 'hugepages-2Mi', requested: 2 ** 21, used: 0, capacity: 0 }]],
  ['another selector', pod({ nodeSelector: { zone: 'b' } }), [], [{ predicate: 'NodeAffinity' }]],
  ['its selector and affinity', pod({ nodeSelector: { zone: 'a' }, ...terms({ key: 'size', operator: 'Gt', values: ['3'] }) }), [], []],
  ['another affinity', pod(terms({ key: 'zone', operator: 'NotIn', values: ['a'] })), [], [{ predicate: 'NodeAffinity' }]],
  ['another affinity, once it has begun', pod({ nodeSelector: { zone: 'b' } }, { status: { startTime: '2026-01-01T00:00:00Z' } }), [], []],
  ['another node', pod({ nodeName: 'n2' }), [], [{ predicate: 'NodeName' }]],
  ['a taken port', pod(withPort(80)), [pod(withPort(80, { hostIP: '10.0.0.1' }))], [{ predicate: 'NodePorts' }]],
  ['the port of another protocol', pod(withPort(80)), [pod(withPort(80, { protocol: 'UDP' }))], []],
  ['the port of another address', pod(withPort(80, { hostIP: '10.0.0.2' })), [pod(withPort(80, { hostIP: '10.0.0.1' }))], []],
])('finds what speaks against %s', (_, asked, others, failures) => {
  expect(failuresOf(asked, others, NODE)).toEqual(failures);
});

it.each<[string, Pod, unknown[]]>([
  ['drives off', pod({}), [{ predicate: 'TaintToleration' }]],
  ['lets in who bears it', pod({ tolerations: [{ key: 'sick', operator: 'Exists' }] }), []],
  ['lets static pods in', pod({}, { metadata: { name: 's', annotations: { 'kubernetes.io/config.source': 'file' } } }), []],
  ['drives off a pod of the API that says it is static', pod({}, { metadata: { name: 's', resourceVersion: '1', annotations: { 'kubernetes.io/config.source': 'file' } } }), [{ predicate: 'TaintToleration' }]],
])('a taint NoExecute %s', (_, asked, failures) => {
  const taints = [{ key: 'sick', effect: 'NoExecute' }, { key: 'full', effect: 'NoSchedule' }];
  expect(failuresOf(asked, [], { ...NODE, taints })).toEqual(failures);
});

it('counts what containers ask for at one time', () => {
  const sidecar = { ...asking({ cpu: '100m' }, 'side'), restartPolicy: 'Always' };
  const spec = { initContainers: [asking({ cpu: '1', memory: '1Gi' }, 'first'), sidecar, asking({ cpu: '950m' }, 'second')], containers: [asking({ cpu: '500m' })], overhead: { cpu: '10m' } };
  expect(Object.fromEntries(podRequests(pod(spec)))).toEqual({ cpu: 1060, memory: 2 ** 30 });
  expect(Object.fromEntries(podRequests(pod({ containers: [asking({ cpu: '1' })], resources: { requests: { cpu: '3' } } })))).toEqual({ cpu: 3000 });
});

describe('room for a pod that the node cannot be without', () => {
  const named = (name: string, requests: Record<string, string>, more: Partial<PodSpec> = {}): Pod =>
    pod({ containers: [asking(requests)], ...more }, { metadata: { name, resourceVersion: '1' } });
  const critical = named('critical', { cpu: '1' }, { priority: 2_000_000_000 });
  const shortage = { resource: 'cpu', requested: 1000, used: 2000, capacity: 2000 };
  const victims = (others: Pod[], ...shortages: { resource: string; requested: number; used: number; capacity: number }[]): (string | undefined)[] =>
    podsToPreempt(critical, others, shortages.length ? shortages : [shortage]).map(({ metadata }) => metadata.name);

  it('is made by as few pods as may be, small ones before large ones', () => {
    expect(victims([named('half', { cpu: '500m' }), named('whole', { cpu: '1' }), named('more', { cpu: '1500m' })])).toEqual(['whole']);
    expect(victims([named('half', { cpu: '500m' }), named('other', { cpu: '600m' }), named('rest', { cpu: '100m' })]).sort()).toEqual(['half', 'other']);
  });

  it('is made by those that were promised least', () => {
    const guaranteed = (name: string): Pod => named(name, {}, { containers: [{ name: 'a', image: 'i', resources: { requests: { cpu: '1', memory: '1' }, limits: { cpu: '1', memory: '1' } } }] });
    expect(victims([guaranteed('promised'), named('burst', { cpu: '1' })])).toEqual(['burst']);
    expect(victims([guaranteed('promised'), named('best', {})], { resource: 'pods', requested: 1, used: 3, capacity: 3 })).toEqual(['best']);
  });

  it('is not made by others that it cannot be without either', () => {
    expect(() => victims([named('critical too', { cpu: '1' }, { priority: 2_000_000_000 })])).toThrow('no set of running pods found to reclaim resources: [(res: cpu, q: 1000), ]');
  });
});
