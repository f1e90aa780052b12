import { findDuplicateFields, isJsonObject, newUnsupportedMediaType, parseJson } from '@typekube/apimachinery';
import { type ExpectedBody, hasProtobuf, parseProtobuf, PROTOBUF } from './protobuf-body';
import { unrecognized } from './unrecognized';
import { parseYaml } from './yaml';

/** A parsed body and what is odd about its text. */
export interface ParsedBody {
  /** Its kind and apiVersion are strings where they are there. */
  readonly value: Readonly<Record<string, unknown>>;
  /** Paths of the fields that stand twice; asked for only where somebody is told, and before the value is changed. */
  duplicateFields(): string[];
  /** What the format's own parser would refuse if it were strict, as one text. */
  readonly strictError?: string | undefined;
}

/** What an error names: custom resources have no protobuf, but upstream names it. */
const TYPES = ['application/json', 'application/yaml', PROTOBUF];

/** The media type without its parameters; no type means JSON, as upstream. */
export function mediaType(header: string | undefined): string {
  return header?.split(';', 1)[0]?.trim().toLowerCase() || 'application/json';
}

/** Parses JSON, YAML or, for kinds that have it, protobuf. Fails with 400 for a broken body and with 415 for other types. */
export function parseBody(body: Buffer, contentType: string | undefined, expected: ExpectedBody): ParsedBody {
  const type = mediaType(contentType);
  if (type === 'application/json') return attempt(expected.kind, body, parseJsonBody);
  if (type === 'application/yaml') return attempt(expected.kind, body, parseYamlBody);
  const isProtobufServed = hasProtobuf(expected.schema);
  if (type === PROTOBUF && isProtobufServed) return { value: parseProtobuf(body, expected), duplicateFields: () => [] };
  throw newUnsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${TYPES.join(', ')}`,
  );
}

function attempt(kind: string, body: Buffer, parse: (body: Buffer) => ParsedBody): ParsedBody {
  try {
    return parse(body);
  } catch (error) {
    throw unrecognized(kind, body, error as Error);
  }
}

function parseJsonBody(body: Buffer): ParsedBody {
  const document = parseDocument(body);
  return { value: interpret(document), duplicateFields: () => findDuplicateFields(body.toString('utf8'), document) };
}

function parseDocument(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw new Error(`${UNTOLD}${(error as Error).message}`, { cause: error });
  }
}

function parseYamlBody(body: Buffer): ParsedBody {
  const { value, strictError } = parseYaml(body.toString('utf8'));
  return { value: interpret(value), strictError, duplicateFields: () => [] };
}

const UNTOLD = "couldn't get version/kind; json parse error: ";

/** The document as an object that tells its kind, as the JSON serializer's `Interpret`; null is an empty one, as to Go. */
function interpret(document: unknown): Record<string, unknown> {
  if (document === null) return {};
  if (!isJsonObject(document)) {
    const type = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
    throw new Error(`${UNTOLD}json: cannot unmarshal ${jsonType(document)} into Go value of type ${type}`);
  }
  for (const name of ['apiVersion', 'kind']) {
    const value = document[name];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw new Error(`${UNTOLD}json: cannot unmarshal ${jsonType(value)} into Go struct field .${name} of type string`);
    }
  }
  return document;
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
