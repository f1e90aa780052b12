import {
  type FieldError,
  type FieldPath,
  invalid,
  isCIdentifier,
  isDNS1123Label,
  isDNS1123Subdomain,
  required,
  tooLong,
} from '@typekube/apimachinery';
import { validateCsiDriverName } from '../csi/driver-name';
import { invalidEach } from '../fields/field-rules';
import { byteLength } from '../text/text';

const MAX_POOL_NAME = 253;
const MAX_IDENTIFIER = 32;
/** Domain, slash and identifier. */
export const MAX_QUALIFIED_NAME = 63 + 1 + MAX_IDENTIFIER;

/** Drivers of devices are named as those of storage are. */
export const validateDriverName = validateCsiDriverName;

export function validateDeviceName(name: string | undefined, path: FieldPath): FieldError[] {
  return invalidEach(path, name ?? '', isDNS1123Label(name ?? ''));
}

/** Pools are named by DNS subdomains with slashes between them, such as a node's name. */
export function validatePoolName(name: string | undefined, path: FieldPath): FieldError[] {
  if (!name) return [required(path)];
  const errors = byteLength(name) > MAX_POOL_NAME ? [tooLong(path, MAX_POOL_NAME)] : [];
  return [...errors, ...name.split('/').flatMap((part) => invalidEach(path, part, isDNS1123Subdomain(part)))];
}

/** Attributes and capacities are C identifiers, with a domain before them or none (then it is the driver's). */
export function validateQualifiedName(name: string, path: FieldPath): FieldError[] {
  const [first = '', second, ...more] = name.split('/');
  if (more.length > 0) return [invalid(path, name, 'must not contain more than one slash')];
  if (second === undefined) return validateIdentifier(first, path);
  return [
    ...(first === '' ? [invalid(path, '', 'the domain must not be empty')] : validateDriverName(first, path)),
    ...(second === '' ? [invalid(path, '', 'the name must not be empty')] : validateIdentifier(second, path)),
  ];
}

/** A qualified name that must say its domain. */
export function validateFullyQualifiedName(name: string, path: FieldPath): FieldError[] {
  const errors = validateQualifiedName(name, path);
  if (name.includes('/')) return errors;
  return [...errors, invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')];
}

/** A UUID in lower case with dashes. */
export function validateShareId(id: string | undefined, path: FieldPath): FieldError[] {
  if (id === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return [];
  const normal =
    'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';
  const isUuid = /^(urn:uuid:)?\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?$/i.test(id);
  const problem = id.length === 36 ? 'invalid UUID format' : `invalid UUID length: ${id.length}`;
  return [invalid(path, id, isUuid ? normal : `error validating uid: ${problem}`)];
}

function validateIdentifier(identifier: string, path: FieldPath): FieldError[] {
  const errors = byteLength(identifier) > MAX_IDENTIFIER ? [tooLong(path, MAX_IDENTIFIER)] : [];
  return [...errors, ...invalidEach(path, identifier, isCIdentifier(identifier))];
}
