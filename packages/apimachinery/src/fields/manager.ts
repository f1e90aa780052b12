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
  /** The entry it was read from, which says the same; a changed manager has none. */
  readonly entry?: ManagedFieldsEntry | undefined;
}

/** Who somebody is, without what they manage. */
export type ManagerName = Pick<FieldManager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/** What tells one manager from another. Who applies is the same whatever the version. */
export function isSameManager(a: ManagerName, b: ManagerName): boolean {
  if (a.manager !== b.manager || a.operation !== b.operation || a.subresource !== b.subresource) return false;
  return a.operation === 'Apply' || a.apiVersion === b.apiVersion;
}

/** A text that is the same for the same manager. */
export function managerKey({ manager, operation, apiVersion, subresource }: ManagerName): string {
  return JSON.stringify([manager, operation, subresource, operation === 'Apply' ? '' : apiVersion]);
}

/** The manager with other fields. */
export function withFields({ manager, operation, apiVersion, subresource, time }: FieldManager, fields: FieldSet): FieldManager {
  return { manager, operation, apiVersion, subresource, time, fields };
}

/** Reads the `metadata.managedFields` that somebody gives. Throws FieldsError, with upstream's text, for what is none. */
export function readManagers(entries: readonly ManagedFieldsEntry[] | undefined): FieldManager[] {
  return read(entries, readFieldSet);
}

/** The same of a stored object, which has been read once already: the fields are as they are written. */
export function readStoredManagers(entries: readonly ManagedFieldsEntry[] | undefined): FieldManager[] {
  return read(entries, (fields) => fields as FieldSet | undefined);
}

function read(entries: readonly ManagedFieldsEntry[] | undefined, readFields: (value: unknown) => FieldSet | undefined): FieldManager[] {
  const managers = new Map<string, FieldManager>();
  for (const [i, entry] of (entries ?? []).entries()) {
    const { operation, apiVersion, fieldsType, fieldsV1, manager = '', subresource = '', time } = entry;
    if (operation !== 'Apply' && operation !== 'Update') throw new FieldsError('operation must be `Apply` or `Update`');
    if (!apiVersion) throw new FieldsError('apiVersion must not be empty');
    if (!fieldsType) throw new FieldsError(`missing fieldsType in managed fields entry ${i}`);
    if (fieldsType !== 'FieldsV1') throw new FieldsError(`invalid fieldsType ${goQuote(fieldsType)} in managed fields entry ${i}`);
    const fields = readFields(fieldsV1) ?? NO_FIELDS;
    const known: FieldManager = { manager, operation, apiVersion, subresource, time, fields, entry: fields === fieldsV1 ? entry : undefined };
    managers.set(managerKey(known), known);
  }
  return [...managers.values()];
}

const NO_FIELDS: FieldSet = Object.freeze({});

/** The entries of an object's metadata, in upstream's order; undefined where nobody manages anything. */
export function writeManagers(managers: readonly FieldManager[]): ManagedFieldsEntry[] | undefined {
  return managers.length ? [...managers].sort(compareManagers).map(writeManager) : undefined;
}

/** Put together field by field: that is several times quicker than by spreading. */
function writeManager({ manager, operation, apiVersion, subresource, time, fields, entry }: FieldManager): ManagedFieldsEntry {
  if (entry) return entry;
  const written: ManagedFieldsEntry = {};
  if (manager) written.manager = manager;
  written.operation = operation;
  written.apiVersion = apiVersion;
  if (time !== undefined) written.time = time;
  written.fieldsType = 'FieldsV1';
  written.fieldsV1 = inOrder(fields) as Record<string, unknown>;
  if (subresource) written.subresource = subresource;
  return written;
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
