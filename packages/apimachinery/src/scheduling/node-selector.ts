import {
  type Labels,
  newRequirement,
  type Requirement,
  SelectorError,
  type SelectorOperator,
} from '../selectors/label-requirement';

/** What is read of core/v1 NodeSelectorRequirement. */
export interface NodeRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** What is read of core/v1 NodeSelectorTerm. */
export interface NodeTerm {
  readonly matchExpressions?: readonly NodeRequirement[];
  readonly matchFields?: readonly NodeRequirement[];
}

/** What is read of core/v1 PreferredSchedulingTerm. */
export interface PreferredNodeTerm {
  readonly preference: NodeTerm;
  readonly weight: number;
}

/** What is read of a node. */
export interface SelectableNode {
  readonly metadata: { readonly name?: string; readonly labels?: Labels };
}

/** What is read of a pod, or of a template of pods. */
export interface NodeSelectingPod {
  readonly spec?: {
    readonly nodeSelector?: Labels;
    readonly affinity?: {
      readonly nodeAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly NodeTerm[] };
      };
    };
  };
}

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
  readonly fields: readonly NodeRequirement[];
}

/** Selects nodes by labels and by name: any of its terms. (nodeaffinity.NodeSelector) */
export class NodeSelector {
  private readonly terms: readonly Term[];

  /** Terms that cannot be read are left out, as upstream does for objects of old. */
  constructor(terms: readonly NodeTerm[]) {
    this.terms = terms.flatMap(readTerm);
  }

  matches(node: SelectableNode): boolean {
    return this.terms.some((term) => matchesTerm(term, node));
  }
}

/** Nodes that are preferred by weight. */
export class PreferredNodes {
  private readonly terms: readonly { readonly term: Term; readonly weight: number }[];

  constructor(terms: readonly PreferredNodeTerm[]) {
    this.terms = terms.flatMap(({ preference, weight }) =>
      weight === 0 ? [] : readTerm(preference).map((term) => ({ term, weight })),
    );
  }

  /** The weights of all terms that the node meets. */
  score(node: SelectableNode): number {
    return this.terms.reduce((sum, { term, weight }) => (matchesTerm(term, node) ? sum + weight : sum), 0);
  }
}

/** What a pod asks of its node: nodeSelector and required node affinity together. (nodeaffinity.RequiredNodeAffinity) */
export class RequiredNodes {
  private readonly labels: readonly [string, string][];
  private readonly selector: NodeSelector | undefined;

  private constructor(pod: NodeSelectingPod) {
    const { nodeSelector, affinity } = pod.spec ?? {};
    const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    this.labels = Object.entries(nodeSelector ?? {});
    this.selector = required && new NodeSelector(required.nodeSelectorTerms);
  }

  static of(pod: NodeSelectingPod): RequiredNodes {
    return new RequiredNodes(pod);
  }

  matches(node: SelectableNode): boolean {
    const labels = node.metadata.labels ?? {};
    return (
      this.labels.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value) &&
      (this.selector?.matches(node) ?? true)
    );
  }
}

/** The nodes that a term names; absent where it does not say so. */
export function namedNodes({ matchFields = [] }: NodeTerm): ReadonlySet<string> | undefined {
  let names: ReadonlySet<string> | undefined;
  for (const { key, operator, values = [] } of matchFields) {
    if (key !== NAME_FIELD || operator !== 'In') continue;
    const before = names;
    names = new Set(before ? values.filter((value) => before.has(value)) : values);
  }
  return names;
}

function readTerm({ matchExpressions = [], matchFields = [] }: NodeTerm): Term[] {
  if (!matchExpressions.length && !matchFields.length) return [];
  try {
    return [{ labels: matchExpressions.map(readRequirement), fields: matchFields }];
  } catch (error) {
    if (error instanceof SelectorError) return [];
    throw error;
  }
}

function readRequirement({ key, operator, values = [] }: NodeRequirement): Requirement {
  const known = OPERATORS.get(operator);
  if (!known) throw new SelectorError(`"${operator}" is not a valid node selector operator`);
  return newRequirement(key, known, values);
}

function matchesTerm({ labels, fields }: Term, node: SelectableNode): boolean {
  return (
    labels.every((requirement) => requirement.matches(node.metadata.labels ?? {})) &&
    fields.every((field) => matchesField(field, node))
  );
}

function matchesField({ key, operator, values = [] }: NodeRequirement, node: SelectableNode): boolean {
  if (key !== NAME_FIELD || values.length !== 1) return false;
  const isSame = values[0] === (node.metadata.name ?? '');
  return operator === 'In' ? isSame : operator === 'NotIn' && !isSame;
}
