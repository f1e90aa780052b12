import type { LabelSelector, LabelSelectorRequirement } from '@typekube/apimachinery';

/** A set of labels as a selector is written, sorted: `app=web,tier=front`; empty for none (labels.Set.String). */
export function labelSetText(labels: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

/** As `labelSetText`, with `<none>` for no labels (labels.FormatLabels). */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  return labelSetText(labels) || '<none>';
}

/**
 * A label selector as it is written in a query: `app=web,tier in (a,b),!canary`. Empty for a selector that takes all and for
 * none at all (labels.Selector.String after metav1.LabelSelectorAsSelector).
 */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  const others = (selector?.matchExpressions ?? []).map((each) => ({ key: each.key, text: requirementText(each) }));
  return [...equal.sort(byKey), ...others].sort(byKey).map(({ text }) => text).join(',');
}

/** As `labelSelectorText`, with `<none>` for an empty selector and `<error>` for an unknown operator (metav1.FormatLabelSelector). */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const unknown = selector?.matchExpressions?.some(({ operator }) => !OPERATORS.includes(operator));
  if (unknown) return '<error>';
  return labelSelectorText(selector) || '<none>';
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function requirementText({ key, operator, values = [] }: LabelSelectorRequirement): string {
  const list = `(${[...values].sort().join(',')})`;
  switch (operator) {
    case 'In':
      return `${key} in ${list}`;
    case 'NotIn':
      return `${key} notin ${list}`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}
