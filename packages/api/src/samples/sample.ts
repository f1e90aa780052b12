import type { KubeObject } from '@typekube/apimachinery';

/** A small valid object: what its kind requires, and a name. */
export function sample(apiVersion: string, kind: string, fields: Readonly<Record<string, unknown>> = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: `sample-${kind.toLowerCase()}` }, ...fields };
}

/** The same object in each of several versions of a group. */
export function sampleInVersions(
  group: string,
  versions: readonly string[],
  kind: string,
  fields: Readonly<Record<string, unknown>>,
): KubeObject[] {
  return versions.map((version) => sample(`${group}/${version}`, kind, fields));
}

export const LABELS = { app: 'sample' };
export const POD_SPEC = { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] };
export const POD_TEMPLATE = { metadata: { labels: LABELS }, spec: POD_SPEC };
export const SELECTOR = { matchLabels: LABELS };
