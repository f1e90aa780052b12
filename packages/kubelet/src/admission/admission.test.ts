import type { corev1 } from '@typekube/api';
import type { Pod, PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { type HoldingPod, NodeAdmission } from './admission';

const NODE: corev1.Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: { zone: 'a' } } };

interface Fixture {
  readonly node?: corev1.Node | undefined;
  readonly fetchNode?: () => Promise<corev1.Node>;
}

function admissionOf({ node = NODE, fetchNode = async () => NODE }: Fixture = {}): NodeAdmission {
  const rules = { allowedUnsafeSysctls: [] };
  return new NodeAdmission({ name: 'n1', labels: { 'kubernetes.io/os': 'linux' }, allocatable: { cpu: '1', pods: '10' }, rules, pressures: () => [], node: () => node, fetchNode });
}

const pod = (spec: Partial<PodSpec> = {}, metadata: Partial<Pod['metadata']> = {}): Pod => {
  const { metadata: given, ...rest } = podOf(['a'], spec);
  return { ...rest, metadata: { ...given, ...metadata } };
};

const asking = (cpu: string, more: Partial<PodSpec> = {}): Partial<PodSpec> => ({ containers: [{ name: 'a', image: 'i', resources: { requests: { cpu } } }], ...more });
const CRITICAL = { priority: 2_000_000_000 };

/** What it says, and whether the pod holds its part. */
async function decide(admission: NodeAdmission, asked: Pod, others: readonly HoldingPod[] = []): Promise<[string | undefined, boolean]> {
  let holds = false;
  const refusal = await admission.decide({ pod: asked, others: () => others, hold: () => (holds = true) });
  return [refusal && `${refusal.reason}: ${refusal.message}`, holds];
}

const holding = (held: Pod, ended: string[] = []): HoldingPod => ({ pod: held, preempt: async () => void ended.push(held.metadata.name ?? '') });

it.each<[string, Pod, [string | undefined, boolean]]>([
  ['a pod for it', pod(asking('1')), [undefined, true]],
  ['a pod that is too large', pod(asking('2')), ["OutOfcpu: Node didn't have enough resource: cpu, requested: 2000, used: 0, capacity: 1000", false]],
  ['a pod of another system', pod({ os: { name: 'windows' } }), ["PodOSNotSupported: Failed to admit pod as the OS field doesn't match node OS", false]],
  ['a pod labelled for another system', pod({}, { labels: { 'kubernetes.io/os': 'windows' } }), ["PodOSSelectorNodeLabelDoesNotMatch: Failed to admit pod as the `kubernetes.io/os` label doesn't match node label", false]],
  ['a pod for a label that it registers with', pod({ nodeSelector: { 'kubernetes.io/os': 'linux' } }), [undefined, true]],
])('takes or refuses %s', async (_, asked, outcome) => {
  expect(await decide(admissionOf(), asked)).toEqual(outcome);
});

it.each<[string, Pod, Pod[], string | undefined]>([
  ['what is free', pod(asking('500m')), [pod(asking('500m'))], undefined],
  ['what others need', pod(asking('600m')), [pod(asking('500m'))], "Deferred: Node didn't have enough resource: cpu, requested: 600, used: 500, capacity: 1000"],
  ['what it never has', pod(asking('2')), [], "Infeasible: Node didn't have enough capacity: cpu, requested: 2000, capacity: 1000"],
])('gives a pod that is resized %s', (_, wanted, others, expected) => {
  const refusal = admissionOf().judgeResize(wanted, others);
  expect(refusal && `${refusal.reason}: ${refusal.message}`).toBe(expected);
});

it('asks for the node where only its labels speak against the pod: they may be new', async () => {
  const newer = { ...NODE, metadata: { ...NODE.metadata, labels: { zone: 'b' } } };
  const asked = pod({ nodeSelector: { zone: 'b' } });
  const refusal = "NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
  expect(await decide(admissionOf({ fetchNode: async () => newer }), asked)).toEqual([undefined, true]);
  expect(await decide(admissionOf(), asked)).toEqual([refusal, false]);
  expect(await decide(admissionOf({ fetchNode: () => Promise.reject(new Error('away')) }), asked)).toEqual([refusal, false]);
});

it('ends others for a pod that it cannot be without, and takes it when they have ended', async () => {
  const ended: string[] = [];
  const others = [holding(pod(asking('600m'), { name: 'small' }), ended), holding(pod(asking('400m', CRITICAL), { name: 'critical' }), ended)];
  expect(await decide(admissionOf(), pod(asking('500m', CRITICAL)), others)).toEqual([undefined, true]);
  expect(ended).toEqual(['small']);
});

it('refuses it where ending others is of no use', async () => {
  const ended: string[] = [];
  const others = [holding(pod(asking('1'), { name: 'other' }), ended)];
  const elsewhere = pod(asking('500m', { ...CRITICAL, nodeName: 'n2' }));
  expect(await decide(admissionOf(), elsewhere, others)).toEqual(["NodeName: Predicate NodeName failed: node(s) didn't match the requested node name", false]);
  expect(await decide(admissionOf(), pod(asking('3', CRITICAL)), others)).toEqual([
    'UnexpectedAdmissionError: Unexpected error while attempting to recover from admission failure: ' +
      'preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 2000), ]',
    false,
  ]);
  expect(ended).toEqual([]);
});
