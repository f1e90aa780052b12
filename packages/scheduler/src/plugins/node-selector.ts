import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { newRequirement, type Requirement, SelectorError, type SelectorOperator } from '@typekube/apimachinery';
import { type Node, nodeName, type Pod, specOf } from '../framework/objects';

const OPERATORS: ReadonlyMap<string, SelectorOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
  ['Gt', 'gt'],
  ['Lt', 'lt'],
]);

const NAME_FIELD = 'metadata.name';

/** One term: all of its conditions must hold. A term without conditions matches no node. */
interface Term {
  readonly labels: readonly Requirement[];
  readonly fields: readonly DeepReadonly<corev1.NodeSelectorRequirement>[];
}

/** Selects nodes by labels and by name: any of its terms. (nodeaffinity.NodeSelector) */
export class NodeSelector {
  private readonly terms: readonly Term[];

  /** Terms that cannot be read are left out, as upstream does for objects of old. */
  constructor(terms: readonly DeepReadonly<corev1.NodeSelectorTerm>[]) {
    this.terms = terms.flatMap(readTerm);
  }

  matches(node: Node): boolean {
    return this.terms.some((term) => matchesTerm(term, node));
  }
}

/** Nodes that are preferred by weight. */
export class PreferredNodes {
  private readonly terms: readonly { readonly term: Term; readonly weight: number }[];

  constructor(terms: readonly DeepReadonly<corev1.PreferredSchedulingTerm>[]) {
    this.terms = terms.flatMap(({ preference, weight }) =>
      weight === 0 ? [] : readTerm(preference).map((term) => ({ term, weight })),
    );
  }

  /** The weights of all terms that the node meets. */
  score(node: Node): number {
    return this.terms.reduce((sum, { term, weight }) => (matchesTerm(term, node) ? sum + weight : sum), 0);
  }
}

/** What a pod asks of its node: nodeSelector and required node affinity together. (nodeaffinity.RequiredNodeAffinity) */
export class RequiredNodes {
  private readonly labels: readonly [string, string][];
  private readonly selector: NodeSelector | undefined;

  private constructor(pod: Pod) {
    const { nodeSelector, affinity } = specOf(pod);
    const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    this.labels = Object.entries(nodeSelector ?? {});
    this.selector = required && new NodeSelector(required.nodeSelectorTerms);
  }

  static of(pod: Pod): RequiredNodes {
    return new RequiredNodes(pod);
  }

  matches(node: Node): boolean {
    const labels = node.metadata.labels ?? {};
    return (
      this.labels.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value) &&
      (this.selector?.matches(node) ?? true)
    );
  }
}

/** The nodes that a term names; absent where it does not say so. */
export function namedNodes({ matchFields = [] }: DeepReadonly<corev1.NodeSelectorTerm>): ReadonlySet<string> | undefined {
  let names: ReadonlySet<string> | undefined;
  for (const { key, operator, values = [] } of matchFields) {
    if (key !== NAME_FIELD || operator !== 'In') continue;
    const before = names;
    names = new Set(before ? values.filter((value) => before.has(value)) : values);
  }
  return names;
}

function readTerm({ matchExpressions = [], matchFields = [] }: DeepReadonly<corev1.NodeSelectorTerm>): Term[] {
  if (!matchExpressions.length && !matchFields.length) return [];
  try {
    return [{ labels: matchExpressions.map(readRequirement), fields: matchFields }];
  } catch (error) {
    if (error instanceof SelectorError) return [];
    throw error;
  }
}

function readRequirement({ key, operator, values = [] }: DeepReadonly<corev1.NodeSelectorRequirement>): Requirement {
  const known = OPERATORS.get(operator);
  if (!known) throw new SelectorError(`"${operator}" is not a valid node selector operator`);
  return newRequirement(key, known, values);
}

function matchesTerm({ labels, fields }: Term, node: Node): boolean {
  return (
    labels.every((requirement) => requirement.matches(node.metadata.labels ?? {})) &&
    fields.every((field) => matchesField(field, node))
  );
}

function matchesField({ key, operator, values = [] }: DeepReadonly<corev1.NodeSelectorRequirement>, node: Node): boolean {
  if (key !== NAME_FIELD || values.length !== 1) return false;
  const isSame = values[0] === nodeName(node);
  return operator === 'In' ? isSame : operator === 'NotIn' && !isSame;
}
