/** The classes of resource names, as pkg/apis/core/helper. A name without a slash is a native one. */

const STANDARD_CONTAINER_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

const COUNTED_OBJECTS = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
] as const;

const STANDARD_QUOTA_RESOURCES: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  ...COUNTED_OBJECTS,
]);

const INTEGER_RESOURCES: ReadonlySet<string> = new Set(COUNTED_OBJECTS);

const HUGE_PAGES_PREFIX = 'hugepages-';
const REQUESTS_PREFIX = 'requests.';

/** `hugepages-2Mi` and its like. */
export function isHugePageResourceName(name: string): boolean {
  return name.startsWith(HUGE_PAGES_PREFIX);
}

/** A resource that a container may ask for without a domain in its name. */
export function isStandardContainerResourceName(name: string): boolean {
  return STANDARD_CONTAINER_RESOURCES.has(name) || isHugePageResourceName(name);
}

/** A resource that quotas know without a domain in its name. */
export function isStandardQuotaResourceName(name: string): boolean {
  return STANDARD_QUOTA_RESOURCES.has(name) || isQuotaHugePageResourceName(name);
}

/** Any resource known without a domain in its name. */
export function isStandardResourceName(name: string): boolean {
  return name === 'storage' || isStandardQuotaResourceName(name);
}

/** In the `*kubernetes.io/` namespace, where names without a domain are too. */
export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** Requests may be lower than limits: native and no huge pages. */
export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !isHugePageResourceName(name);
}

/** The prefix of a quota's `requests.<resource>`. */
export function quotaRequestName(name: string): string {
  return REQUESTS_PREFIX + name;
}

export function hasRequestsPrefix(name: string): boolean {
  return name.startsWith(REQUESTS_PREFIX);
}

/** Counted in whole objects; extended resources are whole numbers too (see `isIntegerResourceName`). */
export function isCountedResourceName(name: string): boolean {
  return INTEGER_RESOURCES.has(name);
}

function isQuotaHugePageResourceName(name: string): boolean {
  return isHugePageResourceName(name) || name.startsWith(quotaRequestName(HUGE_PAGES_PREFIX));
}
