import { type apiregistrationv1, GROUP_PRIORITIES, groupPriority, type ResourceRegistry } from '@typekube/api';
import { versionPriority } from '../discovery/version-priority';
import type { SystemClient } from './system-client';

const API_SERVICES = { group: 'apiregistration.k8s.io', plural: 'apiservices' };

/** Marks what the server registers itself; what bears it and is served no longer is taken away (upstream's autoregister controller). */
const AUTO_MANAGED = 'kube-aggregator.kubernetes.io/automanaged';

/** Registers every group version that this server serves itself, and takes away those that it does not serve any more. */
export async function ensureApiServices(client: SystemClient, registry: ResourceRegistry): Promise<void> {
  const served = localApiServices(registry);
  const names = new Set(served.map(({ metadata }) => metadata?.name));
  const gone = client.list<apiregistrationv1.APIService>(API_SERVICES).filter(({ metadata, spec }) => {
    return !spec?.service && metadata.labels?.[AUTO_MANAGED] !== undefined && !names.has(metadata.name);
  });
  await Promise.all([
    ...served.map((service) => client.ensure(API_SERVICES, service)),
    ...gone.map(({ metadata }) => client.delete(API_SERVICES, '', metadata.name ?? '')),
  ]);
}

/** All but the aggregator's own group, which upstream does not list either. */
function localApiServices(registry: ResourceRegistry): apiregistrationv1.APIService[] {
  const groups = registry.groups().filter(({ group }) => group !== API_SERVICES.group);
  return groups.flatMap(({ group, versions }) => versions.map((version) => localApiService(group, version)));
}

function localApiService(group: string, version: string): apiregistrationv1.APIService {
  const isCustom = !Object.hasOwn(GROUP_PRIORITIES, group);
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${version}.${group}`, labels: { [AUTO_MANAGED]: isCustom ? 'true' : 'onstart' } },
    spec: { group, version, groupPriorityMinimum: groupPriority(group), versionPriority: versionPriority(group, version) },
  };
}
