import type { corev1 } from '@typekube/api';
import { semanticEqual } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import type { DaemonSet, Pod, PodTemplateSpec } from '../shared/objects';

type PodSpec = DeepReadonly<corev1.PodSpec>;
type Toleration = DeepReadonly<corev1.Toleration>;
type Affinity = DeepReadonly<corev1.Affinity>;

/** The label of pods that says of which revision they are; on a revision it is its hash. */
export const REVISION_HASH = 'controller-revision-hash';
/** The label that said so before there were revisions. */
const TEMPLATE_GENERATION = 'pod-template-generation';
/** How often the template was changed, as the API server counts it. */
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';

const NODE_NAME_FIELD = 'metadata.name';

const exists = (key: string, effect: string): Toleration => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect });

/** Daemons stay on nodes in trouble, and start on them. */
const TOLERATIONS = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
];
const HOST_NETWORK_TOLERATION = exists('network-unavailable', 'NoSchedule');

/** What every pod of a daemon set tolerates besides what its template says. (AddOrUpdateDaemonPodTolerations) */
export function daemonTolerations({ tolerations = [], hostNetwork }: Partial<PodSpec>): Toleration[] {
  const own = hostNetwork ? [...TOLERATIONS, HOST_NETWORK_TOLERATION] : TOLERATIONS;
  return own.reduce(withToleration, [...tolerations]);
}

/** In place of one that tolerates the same, for however long. */
function withToleration(tolerations: Toleration[], added: Toleration): Toleration[] {
  const isSame = (one: Toleration): boolean => semanticEqual({ ...one, tolerationSeconds: undefined }, added);
  return tolerations.some(isSame) ? tolerations.map((one) => (isSame(one) ? added : one)) : [...tolerations, added];
}

/** What pods of the present revision are made of, but for their node. (CreatePodTemplate) */
export function daemonTemplate({ metadata, spec }: DaemonSet, hash: string): PodTemplateSpec {
  const { template = {} } = spec ?? {};
  const generation = metadata.annotations?.[GENERATION_ANNOTATION];
  const isNumber = generation !== undefined && /^\d+$/.test(generation);
  const labels = { ...template.metadata?.labels, ...(isNumber && { [TEMPLATE_GENERATION]: generation }), [REVISION_HASH]: hash };
  return {
    ...template,
    metadata: { ...template.metadata, labels },
    spec: { containers: [], ...template.spec, tolerations: daemonTolerations(template.spec ?? {}) },
  };
}

/** The template of the pod of one node: the scheduler can only put it there. (ReplaceDaemonSetPodNodeNameNodeAffinity) */
export function templateForNode(template: PodTemplateSpec, node: string): PodTemplateSpec {
  return { ...template, spec: { containers: [], ...template.spec, affinity: pinnedTo(node, template.spec?.affinity) } };
}

function pinnedTo(node: string, affinity: Affinity | undefined): Affinity {
  const matchFields = [{ key: NODE_NAME_FIELD, operator: 'In', values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required } };
}

/** The node that a pod runs on or is pinned to; undefined where it is neither. (GetTargetNodeName) */
export function nodeOfPod({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const pin = terms
    .flatMap(({ matchFields = [] }) => matchFields)
    .find(({ key, operator }) => key === NODE_NAME_FIELD && operator === 'In');
  return pin?.values?.length === 1 ? pin.values[0] : undefined;
}
