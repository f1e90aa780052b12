import { type FieldError, type FieldPath, forbidden, invalid, isQualifiedName, required, tooLong } from '@typekube/apimachinery';
import { invalidEach } from '../fields/field-rules';
import { semanticEqual } from '../fields/semantic-equal';
import { byteLength } from '../text/text';

const MAX_PARAMETERS = 512;
const MAX_TOTAL_BYTES = 256 * 1024;

/** The provisioner or driver of a class of storage: a qualified name, letter case aside. */
export function validateProvisioner(provisioner: string | undefined, path: FieldPath): FieldError[] {
  if (!provisioner) return [required(path)];
  const name = provisioner.toLowerCase();
  return invalidEach(path, name, isQualifiedName(name));
}

/** The parameters of a class of storage: at most 512, of at most 256 KiB together. */
export function validateClassParameters(
  parameters: Readonly<Record<string, string>> | undefined,
  path: FieldPath,
  options: { allowEmpty: boolean },
): FieldError[] {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > MAX_PARAMETERS) return [tooLong(path, MAX_PARAMETERS)];
  const errors = entries.filter(([key]) => key === '').map(([key]) => invalid(path, key, 'field can not be empty.'));
  const total = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (total > MAX_TOTAL_BYTES) errors.push(tooLong(path, MAX_TOTAL_BYTES));
  if (!options.allowEmpty && entries.length === 0) errors.push(required(path, 'must contain at least one key/value pair'));
  return errors;
}

/** A field of a class that may not change, with the text that classes have for it. */
export function validateClassFieldUnchanged(value: unknown, old: unknown, path: FieldPath): FieldError[] {
  return semanticEqual(value, old) ? [] : [forbidden(path, `updates to ${path.toString()} are forbidden.`)];
}
