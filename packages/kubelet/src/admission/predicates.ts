import type { corev1 } from '@typekube/api';
import { findUntolerated, RequiredNodes } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import { isSidecar, type Pod, specOf } from '../objects';
import { isStatic } from '../static-pods/annotations';
import { type Amounts, NOTHING, podRequests, sum } from './requests';

/** The node as far as it decides which pods it takes. */
export interface AdmittingNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly DeepReadonly<corev1.Taint>[];
  readonly allocatable: Amounts;
}

/** There is too little of a resource. */
export interface Shortage {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/** A pod of another node, in a word of the scheduler's plugins. */
export interface Mismatch {
  readonly predicate: 'NodeAffinity' | 'NodeName' | 'NodePorts' | 'TaintToleration';
}

export type Failure = Shortage | Mismatch;

export const DESCRIPTIONS: Readonly<Record<Mismatch['predicate'], string>> = {
  NodeAffinity: "node(s) didn't match Pod's node affinity/selector",
  NodeName: "node(s) didn't match the requested node name",
  NodePorts: "node(s) didn't have free ports for the requested pod ports",
  TaintToleration: "node(s) had taints that the pod doesn't tolerate",
};

/**
 * Everything that speaks against a pod beside the others that hold part of the node, in upstream's order (lifecycle.generalFilter). Pure. A pod that has
 * begun already keeps its place whatever has become of the node's labels and taints.
 */
export function failuresOf(pod: Pod, others: readonly Pod[], node: AdmittingNode): Failure[] {
  const hasBegun = pod.status?.startTime !== undefined;
  return [
    ...shortagesOf(pod, others, node.allocatable),
    ...(hasBegun || RequiredNodes.of(pod).matches({ metadata: node }) ? [] : [mismatch('NodeAffinity')]),
    ...(!specOf(pod).nodeName || specOf(pod).nodeName === node.name ? [] : [mismatch('NodeName')]),
    ...(hasFreePorts(pod, others) ? [] : [mismatch('NodePorts')]),
    ...(hasBegun || isStatic(pod) || !findUntolerated(node.taints, specOf(pod).tolerations ?? [], ['NoExecute']) ? [] : [mismatch('TaintToleration')]),
  ];
}

function mismatch(predicate: Mismatch['predicate']): Mismatch {
  return { predicate };
}

/** What of the node is too little for the pod beside the others. */
export function shortagesOf(pod: Pod, others: readonly Pod[], allocatable: Amounts): Shortage[] {
  const shortages: Shortage[] = [];
  const check = (resource: string, requested: number, used: number): void => {
    const capacity = allocatable.get(resource) ?? 0;
    if (requested > capacity - used) shortages.push({ resource, requested, used, capacity });
  };
  check('pods', 1, others.length);
  const used = others.map(podRequests).reduce(sum, NOTHING);
  const ordered = [...podRequests(pod)].sort(([a], [b]) => rank(a) - rank(b));
  for (const [name, requested] of ordered) {
    // What the node does not know may be given by the cluster as a whole.
    if (requested === 0 || (isExtended(name) && !allocatable.has(name))) continue;
    check(name, requested, used.get(name) ?? 0);
  }
  return shortages;
}

const FIRST = ['cpu', 'memory', 'ephemeral-storage'];

function rank(name: string): number {
  const index = FIRST.indexOf(name);
  return index < 0 ? FIRST.length : index;
}

/** Of a domain of its own: `example.com/gpu`. */
function isExtended(name: string): boolean {
  return name.includes('/') && !name.startsWith('kubernetes.io/');
}

interface Port {
  readonly ip: string;
  readonly key: string;
}

const ANY_IP = '0.0.0.0';

function hasFreePorts(pod: Pod, others: readonly Pod[]): boolean {
  const wanted = hostPortsOf(pod);
  if (wanted.length === 0) return true;
  const taken = others.flatMap(hostPortsOf);
  return !wanted.some(({ key, ip }) => taken.some((other) => other.key === key && (ip === ANY_IP || other.ip === ANY_IP || ip === other.ip)));
}

function hostPortsOf(pod: Pod): Port[] {
  const { containers, initContainers = [] } = specOf(pod);
  return [...containers, ...initContainers.filter(isSidecar)].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, hostIP, protocol = 'TCP' }) => (hostPort ? [{ ip: hostIP || ANY_IP, key: `${protocol}/${hostPort}` }] : [])),
  );
}
