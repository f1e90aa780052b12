import { StatusError } from '../errors/status-error';
import { goQuote } from '../text/go-quote';
import { type FieldKey, printFieldPath } from './field-key';
import { forEachField, hasField, type FieldSet } from './field-set';
import { compareTexts, type FieldManager } from './manager';

/** A field that is to be applied, and that somebody else manages with another value. */
export interface FieldConflict {
  readonly manager: FieldManager;
  readonly path: readonly FieldKey[];
}

/** What is applied conflicts with what others manage. */
export class FieldConflictError extends Error {
  constructor(readonly conflicts: readonly FieldConflict[]) {
    super(conflictMessage(conflicts));
    this.name = 'FieldConflictError';
  }
}

export function conflictsWith(manager: FieldManager, fields: FieldSet): FieldConflict[] {
  const conflicts: FieldConflict[] = [];
  forEachField(fields, (path) => conflicts.push({ manager, path }));
  return conflicts;
}

/** The conflicts over fields that are not in the set. */
export function conflictsOutside(conflicts: readonly FieldConflict[], set: FieldSet | undefined): FieldConflict[] {
  return conflicts.filter(({ path }) => !hasField(set, path));
}

/** The answer to a client: 409 with a cause for each field. (managedfields' NewConflictError) */
export function newApplyConflict({ conflicts }: FieldConflictError): StatusError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${printManager(manager)}`,
    field: printFieldPath(path),
  }));
  return new StatusError(409, 'Conflict', conflictMessage(conflicts), { causes });
}

function conflictMessage(conflicts: readonly FieldConflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${printManager(first.manager)}: ${printFieldPath(first.path)}`;
  }
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].sort((a, b) => compareTexts(identifier(a), identifier(b)));
  const parts = managers.flatMap((manager) => [
    `conflicts with ${printManager(manager)}:`,
    ...conflicts.filter((conflict) => conflict.manager === manager).map(({ path }) => `- ${printFieldPath(path)}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${parts.join('\n')}`;
}

/** By which upstream sorts managers: their entry without what changes. */
function identifier({ manager, operation, apiVersion, subresource }: FieldManager): string {
  return JSON.stringify({ manager, operation, ...(operation === 'Update' && { apiVersion }), ...(subresource && { subresource }) });
}

function printManager({ manager, operation, apiVersion, subresource }: FieldManager): string {
  const within = subresource ? ` with subresource ${goQuote(subresource)}` : '';
  return `${goQuote(manager)}${within}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
