import type { ManagedFieldsEntry } from '../meta/types';
import { goQuote } from '../text/go-quote';
import { inOrder } from './field-order';
import type { FieldSet } from './field-set';
import { FieldsError } from './fields-error';
import { readFieldSet } from './read-field-set';

/** Who manages which fields of an object. Never changed: another state is another value. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  /** The version in which the fields are named. */
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** What tells one manager from another. Who applies is the same whatever the version. */
export function isSameManager(a: FieldManager, b: Omit<FieldManager, 'fields' | 'time'>): boolean {
  if (a.manager !== b.manager || a.operation !== b.operation || a.subresource !== b.subresource) return false;
  return a.operation === 'Apply' || a.apiVersion === b.apiVersion;
}

/** Reads the `metadata.managedFields` of an object. Throws FieldsError, with upstream's text, for what is none. */
export function readManagers(entries: readonly ManagedFieldsEntry[] | undefined): FieldManager[] {
  const managers: FieldManager[] = [];
  for (const [i, entry] of (entries ?? []).entries()) {
    const { operation, apiVersion, fieldsType, fieldsV1, manager = '', subresource = '', time } = entry;
    if (operation !== 'Apply' && operation !== 'Update') throw new FieldsError('operation must be `Apply` or `Update`');
    if (!apiVersion) throw new FieldsError('apiVersion must not be empty');
    if (!fieldsType) throw new FieldsError(`missing fieldsType in managed fields entry ${i}`);
    if (fieldsType !== 'FieldsV1') throw new FieldsError(`invalid fieldsType ${goQuote(fieldsType)} in managed fields entry ${i}`);
    const read: FieldManager = { manager, operation, apiVersion, subresource, time, fields: readFieldSet(fieldsV1) ?? NO_FIELDS };
    const same = managers.findIndex((known) => isSameManager(known, read));
    if (same < 0) managers.push(read);
    else managers[same] = read;
  }
  return managers;
}

const NO_FIELDS: FieldSet = Object.freeze({});

/** The entries of an object's metadata, in upstream's order; undefined where nobody manages anything. */
export function writeManagers(managers: readonly FieldManager[]): ManagedFieldsEntry[] | undefined {
  return managers.length ? [...managers].sort(compareManagers).map(writeManager) : undefined;
}

function writeManager({ manager, operation, apiVersion, subresource, time, fields }: FieldManager): ManagedFieldsEntry {
  return {
    ...(manager && { manager }),
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: inOrder(fields),
    ...(subresource && { subresource }),
  };
}

function compareManagers(a: FieldManager, b: FieldManager): number {
  return (
    compareTexts(a.operation, b.operation) ||
    compareTexts(a.time ?? '', b.time ?? '') ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
