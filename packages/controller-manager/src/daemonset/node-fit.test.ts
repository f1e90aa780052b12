import { daemonSet, node, pod } from '../testing/workloads';
import { daemonTemplate, nodeOfPod, templateForNode } from './daemon-template';
import { nodeFit } from './node-fit';

type Spec = NonNullable<Parameters<typeof daemonSet>[0]>['podSpec'];

const inZone = (zone: string): Spec => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }] },
    },
  },
});
const taint = (key: string, effect: string) => ({ key, effect });
const system = (key: string, effect: string) => taint(`node.kubernetes.io/${key}`, effect);

it.each<[string, Spec, ReturnType<typeof node>, 'runs' | 'stays' | 'never']>([
  ['any node', {}, node('a'), 'runs'],
  ['its node', { nodeName: 'a' }, node('a'), 'runs'],
  ['another node', { nodeName: 'b' }, node('a'), 'never'],
  ['a selected node', { nodeSelector: { os: 'linux' } }, node('a', { os: 'linux' }), 'runs'],
  ['a node not selected', { nodeSelector: { os: 'linux' } }, node('a'), 'never'],
  ['a node of its affinity', inZone('x'), node('a', { zone: 'x' }), 'runs'],
  ['a node outside of it', inZone('x'), node('a', { zone: 'y' }), 'never'],
  ['a node that takes no new pods', {}, node('a', {}, [taint('gpu', 'NoSchedule')]), 'stays'],
  ['a node that ends pods', {}, node('a', {}, [taint('gpu', 'NoExecute')]), 'never'],
  ['a node that would rather have none', {}, node('a', {}, [taint('gpu', 'PreferNoSchedule')]), 'runs'],
  ['a tolerated node', { tolerations: [{ operator: 'Exists' }] }, node('a', {}, [taint('gpu', 'NoExecute')]), 'runs'],
  ['a cordoned node', {}, node('a', {}, [system('unschedulable', 'NoSchedule')]), 'runs'],
  ['a silent node', {}, node('a', {}, [system('unreachable', 'NoExecute')]), 'runs'],
  ['a node not ready yet', {}, node('a', {}, [system('not-ready', 'NoSchedule'), system('not-ready', 'NoExecute')]), 'stays'],
  ['a node without network', {}, node('a', {}, [system('network-unavailable', 'NoSchedule')]), 'stays'],
  ['a node without network, which it brings', { hostNetwork: true }, node('a', {}, [system('network-unavailable', 'NoSchedule')]), 'runs'],
])('%s', (_, podSpec, of, expected) => {
  const fits = { runs: [true, true], stays: [false, true], never: [false, false] }[expected];
  const { shouldRun, mayStay } = nodeFit(daemonSet({ ...(podSpec && { podSpec }) }))(of);
  expect([shouldRun, mayStay]).toEqual(fits);
});

it('makes pods that can only run on their node, and tolerate its troubles', () => {
  const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [] };
  const notReady = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' };
  const podSpec = { ...inZone('x'), tolerations: [{ ...notReady, tolerationSeconds: 5 }, { key: 'gpu', operator: 'Exists' }] };
  const owner = daemonSet({ podSpec: { ...podSpec, affinity: { nodeAffinity: { ...podSpec.affinity?.nodeAffinity, ...preferred } } } });
  const template = templateForNode(daemonTemplate(owner, 'abc'), 'a');
  expect(template.metadata?.labels).toEqual({ app: 'agent', 'controller-revision-hash': 'abc', 'pod-template-generation': '2' });
  expect(template.spec?.tolerations?.map(({ key, effect, tolerationSeconds }) => [key, effect, tolerationSeconds])).toEqual([
    ['node.kubernetes.io/not-ready', 'NoExecute', undefined],
    ['gpu', undefined, undefined],
    ['node.kubernetes.io/unreachable', 'NoExecute', undefined],
    ['node.kubernetes.io/disk-pressure', 'NoSchedule', undefined],
    ['node.kubernetes.io/memory-pressure', 'NoSchedule', undefined],
    ['node.kubernetes.io/pid-pressure', 'NoSchedule', undefined],
    ['node.kubernetes.io/unschedulable', 'NoSchedule', undefined],
  ]);
  const made = { ...pod(), spec: { containers: [], ...template.spec } };
  expect(nodeOfPod(made)).toBe('a');
  expect(made.spec.affinity?.nodeAffinity).toMatchObject(preferred);
  expect([nodeOfPod(pod({ node: 'b' })), nodeOfPod(pod())]).toEqual(['b', undefined]);
});
