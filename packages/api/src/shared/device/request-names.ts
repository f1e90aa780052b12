import { type FieldError, type FieldPath, invalid, isDNS1123Label } from '@typekube/apimachinery';
import type { resourcev1 } from '../../types';
import { invalidEach } from '../fields/field-rules';
import { validateSet } from './collections';

export const MAX_REQUESTS = 32;
const UNKNOWN = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/**
 * The names by which constraints, configuration and results refer to the requests of a claim: `request`,
 * `request/subrequest`.
 */
export function requestNames(claim: resourcev1.DeviceClaim | undefined): ReadonlySet<string> {
  const requests = claim?.requests ?? [];
  return new Set(requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map((sub) => `${name}/${sub.name}`)]));
}

export function validateRequestName(name: string | undefined, path: FieldPath): FieldError[] {
  return invalidEach(path, name ?? '', isDNS1123Label(name ?? ''));
}

/** A reference to a request of the claim. */
export function validateRequestRef(name: string | undefined, path: FieldPath, names: ReadonlySet<string>): FieldError[] {
  const text = name ?? '';
  const parts = text.split('/');
  if (parts.length > 2) return [invalid(path, text, UNKNOWN)];
  const errors = parts.flatMap((part) => validateRequestName(part, path));
  return names.has(text) ? errors : [...errors, invalid(path, text, UNKNOWN)];
}

/** A list of references, none twice. */
export function validateRequestRefs(
  refs: readonly string[] | undefined,
  path: FieldPath,
  names: ReadonlySet<string>,
): FieldError[] {
  return validateSet(
    refs,
    { max: MAX_REQUESTS, rule: (name, at) => validateRequestRef(name, at, names), keyOf: (name) => name },
    path,
  );
}
