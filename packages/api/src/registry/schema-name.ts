/** Groups whose schemas are not named after the first label of the group. */
const PACKAGES: Readonly<Record<string, string>> = {
  '': 'io.k8s.api.core',
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
  'internal.apiserver.k8s.io': 'io.k8s.api.apiserverinternal',
};

/** The name of a built-in kind's schema in upstream's OpenAPI document: `io.k8s.api.apps.v1.Deployment`. */
export function schemaName(group: string, version: string, kind: string): string {
  const prefix = PACKAGES[group] ?? `io.k8s.api.${group.split('.')[0]}`;
  return `${prefix}.${version}.${kind}`;
}
