import type { AdmissionAttributes, AdmissionPlugin, AdmissionTarget } from '../admission';
import { type MakePlugin, type PluginSetup, readPluginConfig } from '../plugin-descriptor';
import { evaluatorOf, type LimitedResource, quotaWrite } from '../quota/check-request';
import { QuotaAccessor } from '../quota/quota-accessor';
import { QuotaQueue } from '../quota/quota-queue';

const SCOPE = { fields: { scopeName: 'string', operator: 'string', values: { list: 'string' } } } as const;

const CONFIGURATION = {
  kind: 'ResourceQuotaConfiguration',
  apiVersions: ['apiserver.config.k8s.io/v1', 'resourcequota.admission.k8s.io/v1beta1', 'resourcequota.admission.k8s.io/v1alpha1'],
  fields: {
    limitedResources: {
      list: { fields: { apiGroup: 'string', resource: 'string', matchContains: { list: 'string' }, matchScopes: { list: SCOPE } } },
    },
  },
} as const;

/** Upstream's ResourceQuota: refuses what would take more than a quota of the namespace leaves, and counts what it lets pass. */
export async function prepareResourceQuota(setup: PluginSetup): Promise<MakePlugin> {
  const { limitedResources: limited = [] } = (await readPluginConfig(setup, CONFIGURATION)) ?? {};
  checkLimited(limited);
  return ({ endpoints, store }) => {
    const accessor = new QuotaAccessor(endpoints.resource('', 'resourcequotas'), store);
    const queue = new QuotaQueue(accessor, limited);
    return {
      name: 'ResourceQuota',
      handles,
      validate(attributes: AdmissionAttributes) {
        if (limited.length === 0 && (accessor.isEmpty || accessor.quotasIn(attributes.namespace).length === 0)) return;
        if (evaluatorOf(attributes).handles(quotaWrite(attributes))) return queue.admit(attributes);
      },
    } satisfies AdmissionPlugin;
  };
}

/** There are too many events to count, and they go by themselves. */
const IGNORED: ReadonlySet<string> = new Set(['events', 'bindings']);
const COUNTED_SUBRESOURCES: ReadonlySet<string> = new Set(['', 'resize', 'status']);

function handles({ operation, resource, subresource }: AdmissionTarget): boolean {
  if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
  if (!resource.namespaced || IGNORED.has(resource.definition.plural) || !COUNTED_SUBRESOURCES.has(subresource)) return false;
  const { plural, group } = resource.definition;
  if (operation === 'CREATE') return true;
  // Other kinds are counted by their number, which an update does not change.
  return group === '' && ['pods', 'services', 'persistentvolumeclaims'].includes(plural);
}

function checkLimited(limited: readonly LimitedResource[]): void {
  limited.forEach(({ resource }, i) => {
    if (!resource) throw new Error(`limitedResources[${i}].resource: Required value`);
  });
}
