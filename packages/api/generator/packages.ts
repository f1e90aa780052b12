/**
 * The Go packages that hold Kubernetes' API types, as their OpenAPI names spell them, and the API group each serves.
 */
interface GoPackage {
  /** Our folder and Go's package: `core`, `rbac`. */
  readonly name: string;
  /** The API group: ``, `rbac.authorization.k8s.io`. */
  readonly group: string;
  /** What client-node puts in the names of its API classes: `RbacAuthorization`. */
  readonly apiClass: string;
  /** The definition names of one version begin with this and the version: `io.k8s.api.rbac`. */
  readonly prefix: string;
}

const K8S_IO = [
  'admissionregistration',
  'authentication',
  'authorization',
  'certificates',
  'coordination',
  'discovery',
  'events',
  'networking',
  'node',
  'resource',
  'scheduling',
  'storage',
  'storagemigration',
];
const BARE = ['apps', 'autoscaling', 'batch', 'policy'];

export const GO_PACKAGES: readonly GoPackage[] = [
  { name: 'core', group: '', apiClass: 'Core', prefix: 'io.k8s.api.core' },
  ...BARE.map((name) => ({ name, group: name, apiClass: capitalize(name), prefix: `io.k8s.api.${name}` })),
  ...K8S_IO.map((name) => ({ name, group: `${name}.k8s.io`, apiClass: capitalize(name), prefix: `io.k8s.api.${name}` })),
  { name: 'rbac', group: 'rbac.authorization.k8s.io', apiClass: 'RbacAuthorization', prefix: 'io.k8s.api.rbac' },
  {
    name: 'flowcontrol',
    group: 'flowcontrol.apiserver.k8s.io',
    apiClass: 'FlowcontrolApiserver',
    prefix: 'io.k8s.api.flowcontrol',
  },
  {
    name: 'apiserverinternal',
    group: 'internal.apiserver.k8s.io',
    apiClass: 'InternalApiserver',
    prefix: 'io.k8s.api.apiserverinternal',
  },
  {
    name: 'apiextensions',
    group: 'apiextensions.k8s.io',
    apiClass: 'Apiextensions',
    prefix: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  },
  {
    name: 'apiregistration',
    group: 'apiregistration.k8s.io',
    apiClass: 'Apiregistration',
    prefix: 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
  },
  // No API group: the type of /version.
  { name: 'apimachinery', group: 'apimachinery', apiClass: '', prefix: 'io.k8s.apimachinery.pkg' },
  { name: 'meta', group: 'meta.k8s.io', apiClass: '', prefix: 'io.k8s.apimachinery.pkg.apis.meta' },
];

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The package of a module such as `core/v1`; throws where there is none. */
export function packageOf(module: string): GoPackage {
  const name = module.slice(0, module.indexOf('/'));
  const found = GO_PACKAGES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no Go package for ${module}`);
  return found;
}

/** `core/v1` and `Pod` to `io.k8s.api.core.v1.Pod`. */
export function definitionName(module: string, goName: string): string {
  return `${packageOf(module).prefix}.${module.slice(module.indexOf('/') + 1)}.${goName}`;
}

/** What a kind of the module writes as apiVersion: `v1`, `apps/v1`. */
export function apiVersionOf(module: string): string {
  const { group } = packageOf(module);
  const version = module.slice(module.indexOf('/') + 1);
  return group === '' || group === 'meta.k8s.io' ? version : `${group}/${version}`;
}
