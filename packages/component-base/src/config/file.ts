import { readFile } from 'node:fs/promises';
import { type ConfigShape, type ConfigValue, checkShape } from './shape';

/** A config file that cannot be used; the message says where and why. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A versioned kind of configuration: what its file must say, and what it may hold. */
export interface ConfigKind<F extends Readonly<Record<string, ConfigShape>>> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly fields: F;
}

/** Reads a component's config file, in YAML or JSON. Throws a ConfigError, or the system's error when it cannot be read. */
export async function loadConfigFile<F extends Readonly<Record<string, ConfigShape>>>(
  path: string,
  kind: ConfigKind<F>,
): Promise<ConfigValue<{ fields: F }>> {
  return parseConfig(await readFile(path, 'utf8'), kind);
}

/** Reads configuration strictly: the right apiVersion and kind, no unknown or doubled fields, values of the right types. */
export async function parseConfig<F extends Readonly<Record<string, ConfigShape>>>(
  text: string,
  kind: ConfigKind<F>,
): Promise<ConfigValue<{ fields: F }>> {
  const document = await parseDocument(text);
  checkKind(document, kind, text);
  const { apiVersion: _apiVersion, kind: _kind, ...content } = document;
  const shape: { readonly fields: F } = { fields: kind.fields };
  const problems: string[] = [];
  if (checkShape(content, shape, problems)) return content;
  throw new ConfigError(`strict decoding error: ${problems.join(', ')}`);
}

type Document = Record<string, unknown>;

async function parseDocument(text: string): Promise<Document> {
  const value = await parseYamlOrJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ConfigError('the configuration must be a map of fields');
}

/** The YAML library is loaded only where there is a file to read: it takes longer than the rest of a start. */
async function parseYamlOrJson(text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    const value: unknown = parse(text, { version: '1.1', schema: 'core', uniqueKeys: true, maxAliasCount: 100 });
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`error parsing configuration: ${why}`, { cause: error });
  }
}

function checkKind(document: Document, { apiVersion, kind }: { apiVersion: string; kind: string }, text: string): void {
  if (!document['kind']) throw new ConfigError(`Object 'Kind' is missing in '${text}'`);
  if (!document['apiVersion']) throw new ConfigError(`Object 'apiVersion' is missing in '${text}'`);
  if (document['kind'] !== kind || document['apiVersion'] !== apiVersion) {
    throw new ConfigError(`no kind "${String(document['kind'])}" is registered for version "${String(document['apiVersion'])}"`);
  }
}
