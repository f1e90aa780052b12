import { createHash } from 'node:crypto';
import { builtInDefinitions, type corev1, getSchema, type ResourceDefinition } from '@typekube/api';
import { decodeObject, type FieldError, fieldErrorMessage, FieldPath, isJsonObject, nameIsDNSSubdomain, validateObjectMeta } from '@typekube/apimachinery';
import { parse } from 'yaml';
import { apiReferenceOf } from './api-reference';
import { HASH, SOURCE } from './annotations';

/** Aliases a file may use: enough for people, too few for a bomb. */
const MAX_ALIASES = 100;

export interface ManifestPlace {
  readonly path: string;
  readonly node: string;
}

/**
 * The pod that a file holds, as upstream makes a static pod of it: named after its node, with a hash of all that it says for its uid. Throws what keeps
 * the file from being one.
 */
export function readManifest(text: string, { path, node }: ManifestPlace): corev1.Pod {
  const definition = podDefinition();
  const [version] = definition.versions;
  const value: unknown = parse(text, { version: '1.1', schema: 'core', maxAliasCount: MAX_ALIASES });
  if (!isJsonObject(value)) throw new Error('the file holds no object');
  if (!value['kind']) throw new Error("Object 'Kind' is missing");
  if (value['kind'] !== 'Pod' || value['apiVersion'] !== 'v1') {
    throw new Error(`invalid pod: no Pod of version "v1", but kind "${String(value['kind'])}" of version "${String(value['apiVersion'])}"`);
  }
  value['metadata'] ??= {};
  const decoded = decodeObject(getSchema(version?.schema ?? ''), value).value;
  if (!isPod(decoded)) throw new Error('the file holds no object');
  version?.setDefaults?.(decoded);
  if (!decoded.metadata.name) throw new Error('invalid pod: name is needed for the pod');
  const pod = placed(decoded, { path, node });
  definition.strategy.prepareForCreate?.(pod, CONTEXT);
  const errors = problemsOf(pod, definition);
  if (errors.length) throw new Error(`invalid pod: ${listOf(errors.map(fieldErrorMessage))}`);
  const kind = apiReferenceOf(pod);
  if (kind) throw new Error(`static pods may not reference ${kind}`);
  return pod;
}

/** The rules ask who writes only of kinds that show it. */
const CONTEXT = { user: { name: '', groups: [] }, now: new Date(0) };

function podDefinition(): ResourceDefinition {
  const found = builtInDefinitions.find(({ group, kind }) => group === '' && kind === 'Pod');
  if (!found) throw new Error('there is no kind Pod');
  return found;
}

function isPod(value: unknown): value is corev1.Pod {
  return isJsonObject(value) && isJsonObject(value['metadata']);
}

function placed(pod: corev1.Pod, { path, node }: ManifestPlace): corev1.Pod {
  const { resourceVersion: _version, generation: _generation, deletionTimestamp: _deletion, ...metadata } = pod.metadata;
  const { spec = { containers: [] } } = pod;
  const uid = metadata.uid || hashOf(pod, `host:${node}file:${path}`);
  const tolerations = (spec.tolerations ?? []).filter((each) => !isForAllNoExecute(each));
  return {
    ...pod,
    metadata: {
      ...metadata,
      uid,
      name: `${metadata.name}-${node.toLowerCase()}`,
      namespace: metadata.namespace || 'default',
      annotations: { ...metadata.annotations, [HASH]: uid, [SOURCE]: 'file' },
    },
    // It stays where it is, whatever happens to the node.
    spec: { ...spec, nodeName: node, tolerations: [...tolerations, { operator: 'Exists', effect: 'NoExecute' }] },
  };
}

function isForAllNoExecute({ key, operator, effect }: corev1.Toleration): boolean {
  return !key && operator === 'Exists' && effect === 'NoExecute';
}

/** The same for the same content, in whatever order it is written. */
function hashOf(pod: corev1.Pod, place: string): string {
  return createHash('md5').update(JSON.stringify(pod, sortedKeys)).update(place).digest('hex');
}

function sortedKeys(_: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, value[key]]));
}

function problemsOf(pod: corev1.Pod, { strategy }: ResourceDefinition): FieldError[] {
  const ofMetadata = validateObjectMeta(pod.metadata, { namespaced: true, validateName: nameIsDNSSubdomain }, FieldPath.of('metadata'));
  return [...ofMetadata, ...(strategy.validate?.(pod, CONTEXT) ?? [])];
}

function listOf(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}
