import type { ResourceDefinition } from '@typekube/api';
import { type FieldSelector, newBadRequest, type Selector, type StatusError } from '@typekube/apimachinery';
import type { Entry, EntryField } from '../cache/entry';
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

function fieldFilter({ cache, definition }: Resource, selector: FieldSelector): EntryFilter {
  const getters = new Map<string, EntryField>();
  for (const { field } of selector.requirements) {
    const getter = cache.format.fieldOf(field, definition.selectableFields);
    if (!getter) throw notSelectable(definition, field);
    getters.set(field, getter);
  }
  return (entry) => selector.matches((field) => getters.get(field)?.(entry));
}

/** Kinds with fields of their own have upstream's own texts, all others that of the default conversion. */
function notSelectable({ custom, kind, storageVersion, selectableFields }: ResourceDefinition, field: string): StatusError {
  const quoted = JSON.stringify(field);
  if (!custom && !Object.keys(selectableFields).length) {
    return newBadRequest(`${quoted} is not a known field selector: only "metadata.name", "metadata.namespace"`);
  }
  if (kind === 'Job') return newBadRequest(`field label ${quoted} not supported for batchv1.Job`);
  if (kind === 'ResourceSlice') return newBadRequest(`field label not supported for ${storageVersion}, Kind=${kind}: ${field}`);
  return newBadRequest(`field label not supported: ${field}`);
}
