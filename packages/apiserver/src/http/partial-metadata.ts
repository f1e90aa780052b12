import type { KubeObject } from '@typekube/apimachinery';

/** The versions of what meta.k8s.io has; the older one differs by its name alone. */
export type MetaVersion = 'v1' | 'v1beta1';

/** An object's metadata alone, as who asks for `as=PartialObjectMetadata` sees it. */
export function partialMetadata(metadata: KubeObject['metadata'], version: MetaVersion): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: metaApiVersion(version), metadata };
}

export function metaApiVersion(version: MetaVersion): string {
  return `meta.k8s.io/${version}`;
}
