import { findDuplicateFields, newBadRequest, newUnsupportedMediaType, parseJson } from '@typekube/apimachinery';
import { type ExpectedBody, hasProtobuf, parseProtobuf, PROTOBUF } from './protobuf-body';

/** A parsed body and what is odd about its text. */
export interface ParsedBody {
  readonly value: unknown;
  /** Paths of the fields that stand twice; asked for only where somebody is told, and before the value is changed. */
  duplicateFields(): string[];
  /** What the format's own parser would refuse if it were strict, as one text. */
  readonly strictError?: string | undefined;
}

const TEXT_TYPES = ['application/json', 'application/yaml'];

/** The media type without its parameters; no type means JSON, as upstream. */
export function mediaType(header: string | undefined): string {
  return header?.split(';', 1)[0]?.trim().toLowerCase() || 'application/json';
}

/** Parses JSON, YAML or, for kinds that have it, protobuf. Fails with 400 for a broken body and with 415 for other types. */
export function parseBody(body: Buffer, contentType: string | undefined, expected: ExpectedBody): ParsedBody {
  const type = mediaType(contentType);
  if (type === 'application/json') return parseJsonBody(body);
  if (type === 'application/yaml') return parseYamlBody(body);
  const isProtobufServed = hasProtobuf(expected.schema);
  if (type === PROTOBUF && isProtobufServed) return { value: parseProtobuf(body, expected), duplicateFields: () => [] };
  const accepted = isProtobufServed ? [...TEXT_TYPES, PROTOBUF] : TEXT_TYPES;
  throw newUnsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

function parseJsonBody(body: Buffer): ParsedBody {
  const value = attempt(() => parseJson(body));
  return { value, duplicateFields: () => findDuplicateFields(body.toString('utf8'), value) };
}

function parseYamlBody(body: Buffer): ParsedBody {
  // Few clients send YAML; the library is loaded when the first does.
  const { parseYaml } = require('./yaml') as typeof import('./yaml');
  return { ...attempt(() => parseYaml(body.toString('utf8'))), duplicateFields: () => [] };
}

function attempt<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw newBadRequest((error as Error).message, { cause: error });
  }
}
