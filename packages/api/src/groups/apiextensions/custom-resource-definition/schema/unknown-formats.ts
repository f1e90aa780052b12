import { formatCheck } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../../types';
import { itemsOf, type JsonSchema, valuesOf } from './children';

type Spec = apiextensionsv1.CustomResourceDefinitionSpec;

/** Formats of texts that stand for something, but are not checked here. */
const UNCHECKED: ReadonlySet<string> = new Set(['isbn', 'isbn10', 'isbn13', 'creditcard', 'password']);

const NUMBERS: Readonly<Record<string, readonly string[]>> = { integer: ['int32', 'int64'], number: ['float', 'double'] };

/** What the writer of a definition is told of formats that nobody checks; of those that were there before, nothing. */
export function formatWarnings(spec: Spec, old?: Spec): string[] {
  const known = new Set(old ? unknownFormatsOf(old) : []);
  return [...new Set(unknownFormatsOf(spec))].filter((format) => !known.has(format)).map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

function unknownFormatsOf({ versions = [] }: Spec): string[] {
  return versions.flatMap(({ schema }) => (schema?.openAPIV3Schema ? unknownFormats(schema.openAPIV3Schema) : []));
}

function unknownFormats(schema: JsonSchema): string[] {
  const within = [...Object.values(schema.properties ?? {}), itemsOf(schema), valuesOf(schema)];
  return [...(isUnknown(schema) ? [schema.format ?? ''] : []), ...within.flatMap((part) => (part ? unknownFormats(part) : []))];
}

function isUnknown({ type = 'string', format }: JsonSchema): boolean {
  if (!format) return false;
  if (type !== 'string') return !NUMBERS[type]?.includes(format);
  return !UNCHECKED.has(format.replaceAll('-', '')) && formatCheck(format) === undefined;
}
