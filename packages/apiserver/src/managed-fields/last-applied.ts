import {
  compareFields,
  difference,
  encodeJson,
  type FieldSet,
  FieldsError,
  fieldsOfObject,
  isJsonObject,
  JsonSyntaxError,
  type KubeObject,
  parseJson,
  validateObject,
} from '@typekube/apimachinery';
import type { TrackedKind } from './tracked-kind';

/** Where client-side apply keeps what it has applied last. */
const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manager that takes over from client-side apply, and keeps its annotation up to date. */
export const MIGRATING_MANAGER = 'kubectl';

const MAX_ANNOTATION_BYTES = 256 * 1024;

/**
 * The fields that client-side apply has set, and that still have the values it gave them: server-side apply may take them from whoever is said to manage
 * them. Undefined where there are none.
 */
export function fieldsLastApplied({ apiVersion, type }: TrackedKind, live: KubeObject): FieldSet | undefined {
  const config = parseConfig(live.metadata.annotations?.[ANNOTATION]);
  if (config?.['apiVersion'] !== apiVersion) return undefined;
  try {
    validateObject(type, config, { allowsDuplicates: false });
    const { changed, removed } = compareFields(type, config, live);
    return difference(difference(fieldsOfObject(type, config), changed), removed);
  } catch (error) {
    // What was applied once is not valid any more.
    if (error instanceof FieldsError) return undefined;
    throw error;
  }
}

function parseConfig(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const config = text ? parseJson(text) : undefined;
    return isJsonObject(config) ? config : undefined;
  } catch (error) {
    // Anybody may have written into the annotation.
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** Brings the annotation up to what has been applied now, where there is one: client-side apply can go on from there. */
export function updateLastApplied({ metadata }: KubeObject, config: KubeObject): void {
  const { annotations } = metadata;
  if (!annotations?.[ANNOTATION]) return;
  annotations[ANNOTATION] = `${encodeJson(sorted(withoutAnnotation(config)))}\n`;
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > MAX_ANNOTATION_BYTES) delete annotations[ANNOTATION];
}

function withoutAnnotation({ metadata, ...rest }: KubeObject): object {
  const { annotations, ...others } = metadata;
  const { [ANNOTATION]: _last, ...left } = annotations ?? {};
  return { ...rest, metadata: { ...others, ...(annotations && { annotations: left }) } };
}

/** As Go writes maps. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}
