import { type LabelSelector, selectorFromLabelSelector, SelectorError } from '@typekube/apimachinery';

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

/** A label selector as it is written in a query: `app=web,tier in (a,b),!canary`. Throws a SelectorError on a bad one. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  return selectorFromLabelSelector(selector).toString();
}

/** As `labelSelectorText`, with `<invalid>` for a bad one. */
export function labelSelectorCell(selector: LabelSelector | undefined): string {
  try {
    return labelSelectorText(selector);
  } catch (error) {
    if (error instanceof SelectorError) return '<invalid>';
    throw error;
  }
}
