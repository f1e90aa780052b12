import { type FieldSelector, newBadRequest, type Selector } from '@typekube/apimachinery';
import type { Entry, EntryFormat } from '../cache/entry';
import type { Resource } from './resource';

/** Whether an entry is one that a list or watch asks for. */
export type EntryFilter = (entry: Entry) => boolean;

export interface Selection {
  readonly namespace: string;
  /** The name in the path of a watch on one object. */
  readonly name?: string;
  readonly labelSelector: Selector | undefined;
  readonly fieldSelector: FieldSelector | undefined;
}

/** Builds the filter of a selection; undefined where everything matches. Fails with 400 for a field that cannot be selected. */
export function compileFilter(resource: Resource, selection: Selection): EntryFilter | undefined {
  const { namespace, name, labelSelector, fieldSelector } = selection;
  const filters: EntryFilter[] = [];
  if (namespace) filters.push((entry) => entry.namespace === namespace);
  if (name) filters.push((entry) => entry.name === name);
  if (fieldSelector) filters.push(fieldFilter(resource, fieldSelector));
  if (labelSelector) filters.push(({ labels }) => labelSelector.matches(labels ?? NO_LABELS));
  if (filters.length <= 1) return filters[0];
  return (entry) => filters.every((filter) => filter(entry));
}

const NO_LABELS: Readonly<Record<string, string>> = {};

function fieldFilter({ cache }: Resource, selector: FieldSelector): EntryFilter {
  for (const { field } of selector.requirements) checkSelectable(cache.format, field);
  return (entry) => selector.matches((field) => cache.format.fieldValue(entry, field));
}

/** Kinds with fields of their own have upstream's own texts, all others that of the default conversion. */
function checkSelectable({ fieldNames, kind, apiVersion }: EntryFormat, field: string): void {
  if (field === 'metadata.name' || field === 'metadata.namespace' || fieldNames.includes(field)) return;
  const quoted = JSON.stringify(field);
  if (!fieldNames.length) {
    throw newBadRequest(`${quoted} is not a known field selector: only "metadata.name", "metadata.namespace"`);
  }
  if (kind === 'Job') throw newBadRequest(`field label ${quoted} not supported for batchv1.Job`);
  if (kind === 'ResourceSlice') throw newBadRequest(`field label not supported for ${apiVersion}, Kind=${kind}: ${field}`);
  throw newBadRequest(`field label not supported: ${field}`);
}
