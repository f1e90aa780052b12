import { findDuplicateFields, isJsonObject, JsonSyntaxError, type KubeObject, newBadRequest, parseJson } from '@typekube/apimachinery';
import type { FieldValidation } from '../http/decode-object';
import { parseYaml } from '../http/yaml';

/** The media type of a configuration that is applied. JSON is YAML, too. */
export const APPLY_PATCH = 'application/apply-patch+yaml';

/** A configuration to be applied. */
export interface ApplyPatch {
  readonly config: KubeObject;
  /** What is odd about its text. */
  readonly finding: string | undefined;
}

/** Reads the body of an apply. Fails with 400 for what is no object. Odd text counts only for one that can be applied. */
export function readApplyPatch(body: Buffer, validation: FieldValidation): ApplyPatch {
  try {
    const { value, strictError } = parseConfig(body, validation !== 'Ignore');
    return { config: asObject(value), finding: strictError === undefined ? undefined : `error converting YAML to JSON: ${strictError}` };
  } catch (error) {
    throw newBadRequest(`error decoding YAML: ${(error as Error).message}`, { cause: error });
  }
}

/** JSON, which clients send, is read as such: that is quicker. */
function parseConfig(body: Buffer, isStrict: boolean): ReturnType<typeof parseYaml> {
  const text = body.toString('utf8');
  if (!text.trimStart().startsWith('{')) return parseYaml(text);
  try {
    const value = parseJson(body);
    if (!isStrict || findDuplicateFields(text, value).length === 0) return { value, strictError: undefined };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
  return parseYaml(text);
}

function asObject(value: unknown): KubeObject {
  if (value !== null && value !== undefined && !isJsonObject(value)) {
    throw new Error(`error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`);
  }
  const { apiVersion, kind, metadata, ...fields } = value ?? {};
  if (metadata !== undefined && metadata !== null && !isJsonObject(metadata)) throw new Error('metadata must be an object');
  return { apiVersion: typeof apiVersion === 'string' ? apiVersion : '', kind: typeof kind === 'string' ? kind : '', metadata: metadata ?? {}, ...fields };
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** What is odd about the text is told once it has been applied: any other fault goes before. */
export function checkText({ finding }: ApplyPatch, validation: FieldValidation, warn: (text: string) => void): void {
  if (finding === undefined) return;
  if (validation === 'Strict') throw newBadRequest(`error strict decoding YAML: ${finding}`);
  // A warning each, without what the reader says before them.
  if (validation === 'Warn') finding.replace(/^.*unmarshal errors:\n/s, '').split('\n').forEach((line) => warn(line.trim()));
}
