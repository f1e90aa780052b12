import { FieldPath, fieldErrorMessage, isJsonObject, type KubeObject, validateAnnotations, validateLabels } from '@typekube/apimachinery';

/** What a conversion webhook was to do and has not done; the texts are upstream's (conversion/webhook_converter.go). */
export class ConversionError extends Error {
  override readonly name = 'ConversionError';
}

export interface ConversionQuestion {
  readonly uid: string;
  /** Of the ConversionReview. */
  readonly apiVersion: string;
  readonly body: Buffer;
}

const GROUP = 'apiextensions.k8s.io';
const KNOWN_VERSIONS: ReadonlySet<string> = new Set(['v1', 'v1beta1']);

/** The question as a webhook gets it, in the first version that it takes and this server knows. */
export function makeConversionReview(objects: readonly KubeObject[], desiredAPIVersion: string, { uid, versions }: { uid: string; versions: readonly string[] }): ConversionQuestion {
  const version = versions.find((each) => KNOWN_VERSIONS.has(each));
  if (version === undefined) throw new ConversionError('no supported conversion review versions');
  const apiVersion = `${GROUP}/${version}`;
  const review = { kind: 'ConversionReview', apiVersion, request: { uid, desiredAPIVersion, objects } };
  return { uid, apiVersion, body: Buffer.from(JSON.stringify(review)) };
}

/** The converted objects, each held to the one that it was made from. Fails with a ConversionError. */
export function readConversionReview(answer: unknown, question: ConversionQuestion, originals: readonly KubeObject[], desiredAPIVersion: string): KubeObject[] {
  const of = `conversion webhook for ${textOfKind(originals[0]!)}`;
  const converted = attempt(`${of} failed: `, () => convertedObjects(answer, question));
  if (converted.length !== originals.length) throw new ConversionError(`${of} returned ${converted.length} objects, expected ${originals.length}`);
  const isList = originals.length > 1;
  return converted.map((object, i) => {
    const at = isList ? ` converted object at index ${i}` : ' object';
    const of1 = attempt(`${of} returned invalid${at}${isList ? '' : ' at index 0'}: `, () => checkKind(object, originals[i]!, desiredAPIVersion));
    attempt(`${of} returned invalid${at}: `, () => checkIdentity(of1, originals[i]!));
    return attempt(`${of} returned invalid metadata${isList ? ` in object at index ${i}` : ''}: `, () => restoreMetadata(of1, originals[i]!));
  });
}

/** As Go prints it: `GROUP/VERSION, Kind=KIND`. */
export function textOfKind({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion}, Kind=${kind}`;
}

function attempt<T>(prefix: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ConversionError) throw new ConversionError(`${prefix}${error.message}`, { cause: error });
    throw error;
  }
}

function convertedObjects(answer: unknown, { uid, apiVersion }: ConversionQuestion): unknown[] {
  const review = isJsonObject(answer) ? answer : {};
  const isV1 = apiVersion === `${GROUP}/v1`;
  const kindOf = (version: unknown, kind: unknown): string => `${String(version ?? '')}, Kind=${String(kind ?? '')}`;
  if (isV1 && (review['apiVersion'] !== apiVersion || review['kind'] !== 'ConversionReview')) {
    throw new ConversionError(`expected webhook response of ${kindOf(apiVersion, 'ConversionReview')}, got ${kindOf(review['apiVersion'], review['kind'])}`);
  }
  const { response } = review;
  if (!isJsonObject(response)) throw new ConversionError('no response provided');
  if (isV1 && response['uid'] !== uid) throw new ConversionError(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(String(response['uid'] ?? ''))}`);
  const result = isJsonObject(response['result']) ? response['result'] : {};
  if (result['status'] !== 'Success') throw new ConversionError(textOr(result['message'], `response.result.status was '${textOr(result['status'], '')}', not 'Success'`));
  const { convertedObjects: objects } = response;
  return Array.isArray(objects) ? objects : [];
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

type Json = Record<string, unknown>;

function checkKind(object: unknown, original: KubeObject, desired: string): Json {
  const converted: Json = isJsonObject(object) ? object : {};
  const { apiVersion = '', kind = '' } = converted;
  if (apiVersion !== desired) throw new ConversionError(`invalid groupVersion (expected ${desired}, received ${String(apiVersion)})`);
  if (kind !== original.kind) throw new ConversionError(`invalid kind (expected ${original.kind}, received ${String(kind)})`);
  return converted;
}

const IDENTITY = [['name', 'name'], ['namespace', 'namespace'], ['uid', 'UID']] as const;

function checkIdentity({ metadata }: Json, original: KubeObject): void {
  const of: Json = isJsonObject(metadata) ? metadata : {};
  for (const [field, name] of IDENTITY) {
    const [expected, found] = [original.metadata[field] ?? '', textOr(of[field], '')];
    if (expected !== found) throw new ConversionError(`must have the same ${name}: ${expected} != ${found}`);
  }
}

/** Of the metadata, a webhook may change labels and annotations alone. */
function restoreMetadata(converted: Json, original: KubeObject): KubeObject {
  const { metadata } = converted;
  if (metadata === undefined) throw new ConversionError('missing metadata in converted object');
  if (!isJsonObject(metadata)) throw new ConversionError(`invalid metadata of type ${goType(metadata)} in converted object`);
  const { labels: _labels, annotations: _annotations, ...kept } = original.metadata;
  const labels = textsOf(metadata, 'labels');
  const annotations = textsOf(metadata, 'annotations');
  const path = FieldPath.of('metadata');
  const errors = [...validateLabels(labels, path.child('labels')), ...validateAnnotations(annotations, path.child('annotation'))];
  if (errors.length) throw new ConversionError(errors.map(fieldErrorMessage).join(', '));
  const restored = { ...kept, ...(labels && { labels }), ...(annotations && { annotations }) };
  return { ...converted, apiVersion: String(converted['apiVersion']), kind: original.kind, metadata: restored };
}

function textsOf(metadata: Json, field: 'labels' | 'annotations'): Record<string, string> | undefined {
  const value = metadata[field];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw new ConversionError(`invalid metadata.${field} of type ${goType(value)} in converted object`);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (typeof each !== 'string') throw new ConversionError(`metadata.${field}[${key}] must be a string, but is ${goType(each)} in converted object`);
      return [key, each];
    }),
  );
}

/** What Go's JSON makes of a value. */
function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
