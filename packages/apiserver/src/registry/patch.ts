import {
  applyJsonPatch,
  applyMergePatch,
  convertObject,
  decodeJsonPatch,
  DecodeError,
  decodeObject,
  encodeJson,
  FieldPath,
  findDuplicateFields,
  formatGoValue,
  invalid,
  isJsonObject,
  type KubeObject,
  newBadRequest,
  newInvalid,
  newUnsupportedMediaType,
  parseGroupVersion,
  parseJson,
  PatchError,
  StatusError,
  strategicMergePatch,
} from '@typekube/apimachinery';
import type { ExpectedKind, FieldValidation } from '../http/decode-object';
import { mediaType } from '../http/parse-body';
import { APPLY_PATCH } from './apply-patch';
import { refusePatch } from './patch-errors';

/** Applies the patch to an object (in the version the client speaks) and decodes the result. The argument may be changed. */
export type Patch = (current: KubeObject) => KubeObject;

/** What a patched object must be, and what becomes of its odd fields. */
export interface PatchRules {
  readonly expected: ExpectedKind;
  readonly validation: FieldValidation;
  warn(text: string): void;
}

/** A patch that is read but not yet applied. */
interface ParsedPatch {
  readonly value: unknown;
  /** What is odd about the patch itself, as upstream words it. */
  readonly findings: readonly string[];
}

interface PatchType {
  /** Prefixes of upstream's texts. */
  readonly syntaxError: string;
  readonly finding: string;
  apply(current: KubeObject, patch: unknown, rules: PatchRules): unknown;
  decode: typeof decodeObject;
  /** How an error text shows what could not be decoded. */
  show(patched: unknown, patch: unknown): string;
}

const jsonPatch: PatchType = {
  syntaxError: 'error decoding patch: ',
  finding: 'json patch ',
  apply: applyJsonPatch,
  decode: decodeObject,
  show: encodeJson,
};

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ['application/json-patch+json', jsonPatch],
  ['application/merge-patch+json', { ...jsonPatch, finding: '', apply: applyMergePatch }],
  [
    'application/strategic-merge-patch+json',
    {
      syntaxError: '',
      finding: '',
      apply: (current, patch, { expected }) => strategicMergePatch({ ...current }, patch, expected.schema),
      decode: convertObject,
      show: (_patched, patch) => formatGoValue(patch),
    },
  ],
]);

/** Custom objects have no merge keys that a strategic merge could go by. */
const CUSTOM_PATCH_TYPES = new Map([...PATCH_TYPES].filter(([name]) => name !== 'application/strategic-merge-patch+json'));

/** The patch type of that name; fails with 415 for others. */
export function checkPatchType({ schema }: ExpectedKind, name: string): PatchType {
  const types = schema.structural ? CUSTOM_PATCH_TYPES : PATCH_TYPES;
  const type = types.get(name);
  if (type) return type;
  const accepted = [...types.keys(), APPLY_PATCH].join(', ');
  throw newUnsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${accepted}`);
}

/** Reads a patch of the type its Content-Type names. Fails with 415 for other types, with 400 for broken text. */
export function readPatch(rules: PatchRules, body: Buffer, contentType: string | undefined): Patch {
  const type = checkPatchType(rules.expected, mediaType(contentType));
  const patch = parsePatch(type, body, rules.validation);
  return (current) => decodePatched(type, patch, apply(type, current, patch, rules), rules);
}

function parsePatch(type: PatchType, body: Buffer, validation: FieldValidation): ParsedPatch {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    throw newBadRequest(`${validation === 'Ignore' ? '' : type.syntaxError}${(error as Error).message}`, { cause: error });
  }
  if (validation === 'Ignore') return { value, findings: [] };
  const duplicates = findDuplicateFields(body.toString('utf8'), value).map((path) => `duplicate field "${path}"`);
  const unknown = type === jsonPatch ? attempt(() => decodeJsonPatch(value).unknownFields) : [];
  const findings = [...duplicates, ...unknown.map((path) => `unknown field "${path}"`)];
  return { value, findings: findings.map((text) => type.finding + text) };
}

function apply(type: PatchType, current: KubeObject, { value }: ParsedPatch, rules: PatchRules): unknown {
  return attempt(() => parseJson(encodeJson(type.apply(current, value, rules))));
}

function attempt<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PatchError) throw refusePatch(error);
    throw error;
  }
}

/** A patched custom object of another kind or version is refused by its validation, as upstream. */
function checkSameType({ apiVersion, kind }: ExpectedKind, { apiVersion: version, kind: patched, metadata }: Readonly<Record<string, unknown>>): void {
  const errors = [
    ...(patched === kind ? [] : [invalid(FieldPath.of('kind'), patched ?? '', `must be ${kind}`)]),
    ...(version === apiVersion ? [] : [invalid(FieldPath.of('apiVersion'), version ?? '', `must be ${apiVersion}`)]),
  ];
  if (errors.length === 0) return;
  const name = isJsonObject(metadata) && typeof metadata['name'] === 'string' ? metadata['name'] : '';
  const { group } = parseGroupVersion(typeof version === 'string' ? version : '');
  throw newInvalid({ group, kind: String(patched ?? '') }, name, errors);
}

function decodePatched(type: PatchType, patch: ParsedPatch, patched: unknown, rules: PatchRules): KubeObject {
  const { expected, validation, warn } = rules;
  const shown = type.show(patched, patch.value);
  const refuse = (why: string, options?: ErrorOptions): StatusError => {
    const { status } = newInvalid({ group: '', kind: '' }, '', [invalid(FieldPath.of('patch'), shown, why)]);
    return new StatusError(422, 'Invalid', status.message ?? '', status.details, options);
  };
  if (!isJsonObject(patched)) throw refuse('json: cannot unmarshal into Go value: the patched object is no object');
  const { kind, apiVersion } = expected;
  if (expected.schema.structural) checkSameType(expected, patched);
  const isRetyped = (patched['kind'] ?? kind) !== kind || (patched['apiVersion'] ?? apiVersion) !== apiVersion;
  if (isRetyped && type.decode === decodeObject) throw refuse(`the kind and apiVersion must remain ${kind} and ${apiVersion}`);
  const object: Record<string, unknown> = { ...patched, kind, apiVersion };
  object['metadata'] ??= {};
  let unknown: readonly string[];
  try {
    unknown = type.decode(expected.schema, object).unknownFields;
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message, { cause: error });
    throw error;
  }
  const findings = [...patch.findings, ...unknown.map((path) => `unknown field "${path}"`)];
  if (validation === 'Warn') findings.forEach(warn);
  if (validation === 'Strict' && findings.length) throw refuse(`strict decoding error: ${findings.join(', ')}`);
  return object as unknown as KubeObject;
}
