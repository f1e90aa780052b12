import { API_VERSION, GROUP, VERSION } from './resource-metrics';
import type { Form } from './negotiate';

interface Served {
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const RESOURCES: readonly Served[] = [
  { resource: 'nodes', kind: 'NodeMetrics', namespaced: false },
  { resource: 'pods', kind: 'PodMetrics', namespaced: true },
];
const VERBS = ['get', 'list'];
const GROUP_VERSION = { groupVersion: API_VERSION, version: VERSION };
const API_GROUP = { name: GROUP, versions: [GROUP_VERSION], preferredVersion: GROUP_VERSION };

/** `/apis/metrics.k8s.io` */
export const apiGroup = { kind: 'APIGroup', apiVersion: 'v1', ...API_GROUP };

/** `/apis/metrics.k8s.io/v1beta1` */
export const apiResourceList = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: API_VERSION,
  resources: RESOURCES.map(({ resource, kind, namespaced }) => ({ name: resource, singularName: '', namespaced, kind, verbs: VERBS })),
};

/** `/apis`, in either form. */
export function apiGroups({ as, version }: Form): object {
  if (as !== 'APIGroupDiscoveryList') return { kind: 'APIGroupList', apiVersion: 'v1', groups: [API_GROUP] };
  const resources = RESOURCES.map(({ resource, kind, namespaced }) => ({
    resource,
    responseKind: { group: GROUP, version: VERSION, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: '',
    verbs: VERBS,
  }));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: [{ metadata: { name: GROUP, creationTimestamp: null }, versions: [{ version: VERSION, resources, freshness: 'Current' }] }],
  };
}
