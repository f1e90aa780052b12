import { goQuote } from '../text/go-quote';
import { parseRequirements } from './label-parser';
import { type Labels, newRequirement, Requirement, SelectorError, type SelectorOperator } from './label-requirement';

/** Selects objects by their labels, as labels.Selector. Immutable. */
export interface Selector {
  /** Whether these labels are selected. Cheap: it runs for every object and watcher. */
  matches(labels: Labels | undefined): boolean;
  /** It selects everything. */
  readonly isEmpty: boolean;
  /** It selects nothing, whatever the labels. Its text is empty too: check this before writing it. */
  readonly matchesNothing: boolean;
  /** Sorted by key; empty for both everything and nothing. */
  readonly requirements: readonly Requirement[];
  /** The value that this label must have, where the selector allows only one. */
  requiresExactMatch(label: string): string | undefined;
  /** This selector narrowed by further requirements. */
  add(...requirements: Requirement[]): Selector;
  /** The canonical text; parsing it gives an equal selector. */
  toString(): string;
}

const NO_LABELS: Labels = {};

class RequirementSelector implements Selector {
  readonly isEmpty: boolean;
  readonly matchesNothing = false;
  readonly requirements: readonly Requirement[];

  constructor(requirements: readonly Requirement[]) {
    this.requirements = [...requirements].sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
    this.isEmpty = requirements.length === 0;
  }

  matches(labels: Labels = NO_LABELS): boolean {
    for (const requirement of this.requirements) {
      if (!requirement.matches(labels)) return false;
    }
    return true;
  }

  requiresExactMatch(label: string): string | undefined {
    const first = this.requirements.find((requirement) => requirement.key === label);
    if (first?.operator !== '=' && first?.operator !== '==' && first?.operator !== 'in') return undefined;
    return first.values.length === 1 ? first.values[0] : undefined;
  }

  add(...requirements: Requirement[]): Selector {
    return new RequirementSelector([...this.requirements, ...requirements]);
  }

  toString(): string {
    return this.requirements.join(',');
  }
}

const EVERYTHING: Selector = new RequirementSelector([]);

const NOTHING: Selector = {
  matches: () => false,
  isEmpty: false,
  matchesNothing: true,
  requirements: [],
  requiresExactMatch: () => undefined,
  add: () => NOTHING,
  toString: () => '',
};

/** The selector of all objects. */
export function everything(): Selector {
  return EVERYTHING;
}

/** The selector of no object. */
export function nothing(): Selector {
  return NOTHING;
}

/** The selector of checked requirements. */
export function selectorFromRequirements(requirements: readonly Requirement[]): Selector {
  return requirements.length ? new RequirementSelector(requirements) : EVERYTHING;
}

/**
 * Reads a selector text, such as the `labelSelector` parameter of a list; empty text selects everything. Throws a SelectorError.
 */
export function parseLabelSelectorString(text: string): Selector {
  return selectorFromRequirements(parseRequirements(text));
}

/** Selects objects that have all these labels. Nothing is checked: the values may come from a stored object. */
export function selectorFromSet(labels: Labels | undefined): Selector {
  return selectorFromRequirements(Object.entries(labels ?? {}).map(([key, value]) => new Requirement(key, '=', [value])));
}

const OBJECT_OPERATORS: ReadonlyMap<string, SelectorOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/** A LabelSelector that may belong to a shared object. */
export interface ReadonlyLabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/**
 * The selector that a LabelSelector object means: nothing where it is absent, everything where it is empty. Throws a
 * SelectorError on an unknown operator or a bad requirement. (metav1.LabelSelectorAsSelector)
 */
export function selectorFromLabelSelector(selector: ReadonlyLabelSelector | null | undefined): Selector {
  if (!selector) return NOTHING;
  const requirements = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => newRequirement(key, '=', [value]));
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = OBJECT_OPERATORS.get(operator);
    if (!known) throw new SelectorError(`${goQuote(operator)} is not a valid label selector operator`);
    requirements.push(newRequirement(key, known, values ?? []));
  }
  return selectorFromRequirements(requirements);
}

/** A LabelSelector as table columns show it: `<none>` for everything, `<error>` when it is bad. (metav1.FormatLabelSelector) */
export function formatLabelSelector(labelSelector: ReadonlyLabelSelector | null | undefined): string {
  try {
    return selectorFromLabelSelector(labelSelector).toString() || '<none>';
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}
