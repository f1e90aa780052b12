import { type FieldError, type FieldPath, invalid } from '@typekube/apimachinery';
import { validateNonnegativeField } from '../fields/field-rules';

/** The counters of a workload's status: none negative. */
export function validateCounters<T extends object>(
  status: T,
  path: FieldPath,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  return fields.flatMap((field) => {
    const value = status[field];
    return typeof value === 'number' ? validateNonnegativeField(value, path.child(field)) : [];
  });
}

interface ReplicaCounts {
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/**
 * Counters of a part of the replicas that must not exceed the whole, and of the available ones that must not exceed the ready
 * ones. `readyName` is how upstream spells the latter in the error.
 */
export function validatePartsOfReplicas<T extends ReplicaCounts>(
  status: T,
  path: FieldPath,
  { parts, readyName = 'readyReplicas' }: { parts: readonly (keyof T & string)[]; readyName?: string },
): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of parts) {
    const value = status[part];
    if (typeof value === 'number' && value > (status.replicas ?? 0)) {
      errors.push(invalid(path.child(part), value, 'cannot be greater than status.replicas'));
    }
  }
  const available = status.availableReplicas ?? 0;
  if (available > (status.readyReplicas ?? 0)) {
    errors.push(invalid(path.child('availableReplicas'), available, `cannot be greater than ${readyName}`));
  }
  return errors;
}

/** A count of collisions only grows. */
export function validateCollisionCount(
  status: { readonly collisionCount?: number },
  old: { readonly collisionCount?: number } | undefined,
  path: FieldPath,
): FieldError[] {
  const [now, before] = [status.collisionCount, old?.collisionCount];
  if (before === undefined || (now !== undefined && now >= before)) return [];
  return [invalid(path.child('collisionCount'), now ?? 0, 'cannot be decremented')];
}
