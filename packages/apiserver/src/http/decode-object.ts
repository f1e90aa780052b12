import {
  DecodeError,
  decodeObject,
  FieldPath,
  invalid,
  isJsonObject,
  type KubeObject,
  newBadRequest,
  newInvalid,
  parseGroupVersion,
  type Schema,
  StatusError,
  validateFieldValidation,
} from '@typekube/apimachinery';
import type { ParsedBody } from './parse-body';
import { documentOrder, strictFindings } from './strict-findings';

/** What a body must be. */
export interface ExpectedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: Schema;
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** The `fieldValidation` query parameter; fails with 422 for an unknown value. */
export function parseFieldValidation(text: string | null): FieldValidation {
  const errors = validateFieldValidation(text ?? '', FieldPath.of('fieldValidation'));
  if (errors.length) throw newInvalid({ group: 'meta.k8s.io', kind: 'fieldValidation' }, '', errors);
  return (text || 'Warn') as FieldValidation;
}

/**
 * Decodes a body as the expected kind: kind and apiVersion may be left out but must not contradict; unknown and duplicate
 * fields are refused, warned about or ignored. Fails with 400 and upstream's texts.
 */
export function decodeAs(
  expected: ExpectedKind,
  body: ParsedBody,
  validation: FieldValidation,
  warn: (text: string) => void,
): KubeObject {
  const { value } = body;
  const duplicates = validation === 'Ignore' ? [] : body.duplicateFields();
  const order = duplicates.length ? documentOrder(value) : NO_ORDER;
  if (expected.schema.structural) checkCustomKind(expected, value);
  else checkKind(expected, value);
  const { kind, apiVersion, ...fields } = value;
  const object = { kind: kind || expected.kind, apiVersion: apiVersion || expected.apiVersion, metadata: {}, ...fields };
  if (object.metadata === null) object.metadata = {};
  const unknown = unknownFieldsOf(expected, object);
  const findings = [...(body.strictError === undefined ? [] : [body.strictError]), ...strictFindings(unknown, duplicates, order)];
  if (findings.length && validation === 'Strict') {
    throw cannotBeHandled(expected, expected.kind, `strict decoding error: ${findings.join(', ')}`);
  }
  if (validation === 'Warn') findings.forEach(warn);
  return object as KubeObject;
}

const NO_ORDER: ReadonlyMap<string, number> = new Map();

function unknownFieldsOf(expected: ExpectedKind, object: object): string[] {
  try {
    return decodeObject(expected.schema, object).unknownFields;
  } catch (error) {
    if (error instanceof DecodeError) throw cannotBeHandled(expected, expected.kind, error.message);
    throw error;
  }
}

function checkKind(expected: ExpectedKind, { kind, apiVersion }: Record<string, unknown>): void {
  const given = kind || expected.kind;
  if (given !== expected.kind) {
    const version = typeof apiVersion === 'string' ? apiVersion : expected.apiVersion;
    throw newBadRequest(
      `${String(given)} in version "${parseGroupVersion(version).version}" cannot be handled as a ${expected.kind}: ` +
        `converting (${String(given)}) to (${expected.kind}): unknown conversion`,
    );
  }
  if (apiVersion && apiVersion !== expected.apiVersion) {
    throw newBadRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected.apiVersion})`,
    );
  }
}

/** A custom object has no type to tell its kind by: it must say so itself. That it says another is a finding of its validation. */
function checkCustomKind(expected: ExpectedKind, { kind, apiVersion, metadata }: Record<string, unknown>): void {
  if (apiVersion !== expected.apiVersion) {
    throw newBadRequest(
      `the API version in the data (${String(apiVersion ?? '')}) does not match the expected API version (${expected.apiVersion})`,
    );
  }
  if (kind !== expected.kind) throw otherKind(expected, { kind, metadata });
}

/** What custom objects of another kind are answered: as upstream, in the name of the kind that they say they are. */
function otherKind(expected: ExpectedKind, { kind, metadata }: Record<string, unknown>): StatusError {
  const name = isJsonObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : '';
  const { group } = parseGroupVersion(expected.apiVersion);
  return newInvalid({ group, kind: String(kind) }, name, [invalid(FieldPath.of('kind'), kind, `must be ${expected.kind}`)]);
}

function cannotBeHandled({ apiVersion }: ExpectedKind, kind: string, why: string): StatusError {
  const { version } = parseGroupVersion(apiVersion);
  return newBadRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}
