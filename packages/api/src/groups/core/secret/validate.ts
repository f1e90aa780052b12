import {
  FieldPath,
  invalid,
  isConfigMapKey,
  JsonSyntaxError,
  parseJson,
  required,
  tooLong,
  type FieldError,
} from '@typekube/apimachinery';
import { invalidEach, isMissing, validateImmutable } from '../../../shared/fields/field-rules';
import type { corev1 } from '../../../types';
import { MAX_DATA_BYTES, validateKeptImmutable } from '../config-map/validate';

const DATA = FieldPath.of('data');

export function validateSecret(secret: corev1.Secret): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(secret.data ?? {})) {
    errors.push(...invalidEach(DATA.key(key), key, isConfigMapKey(key)));
    size += Buffer.byteLength(value, 'base64');
  }
  if (size > MAX_DATA_BYTES) errors.push(tooLong(DATA, MAX_DATA_BYTES));
  return [...errors, ...validateType(secret)];
}

export function validateSecretUpdate(secret: corev1.Secret, old: corev1.Secret): FieldError[] {
  return [
    ...validateImmutable(secret.type, old.type, FieldPath.of('type')),
    ...validateKeptImmutable(secret, old, ['data']),
    ...validateSecret(secret),
  ];
}

/** What each well-known type must contain. */
function validateType(secret: corev1.Secret): FieldError[] {
  const data = secret.data ?? {};
  switch (secret.type) {
    case 'kubernetes.io/service-account-token': {
      const annotation = 'kubernetes.io/service-account.name';
      const named = !isMissing(secret.metadata.annotations?.[annotation]);
      return named ? [] : [required(FieldPath.of('metadata', 'annotations').key(annotation))];
    }
    case 'kubernetes.io/dockercfg':
      return validateJsonKey(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return validateJsonKey(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth': {
      const keys = ['username', 'password'];
      return keys.some((key) => Object.hasOwn(data, key)) ? [] : keys.map((key) => required(DATA.key(key)));
    }
    case 'kubernetes.io/ssh-auth':
      return isMissing(data['ssh-privatekey']) ? [required(DATA.key('ssh-privatekey'))] : [];
    case 'kubernetes.io/tls':
      return ['tls.crt', 'tls.key'].filter((key) => !Object.hasOwn(data, key)).map((key) => required(DATA.key(key)));
    default:
      return [];
  }
}

/** A key that must hold a JSON object; the error never shows its content. */
function validateJsonKey(data: Readonly<Record<string, string>>, key: string): FieldError[] {
  const value = data[key];
  if (value === undefined) return [required(DATA.key(key))];
  const problem = jsonObjectProblem(Buffer.from(value, 'base64').toString());
  return problem === undefined ? [] : [invalid(DATA.key(key), '<secret contents redacted>', problem)];
}

function jsonObjectProblem(text: string): string | undefined {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  return `json: cannot unmarshal ${goTypeOf(value)} into Go value of type map[string]interface {}`;
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'number';
}
