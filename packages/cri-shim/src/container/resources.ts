import type { cri } from '@typekube/cri-api';
import type { Host } from '../host';
import type { SpecResources } from './runtime-spec';

/** Limits as runc takes them. Zero means not given, as in CRI. What the machine has no controller for is left out. */
export function specResources(resources: cri.ILinuxContainerResources, host: Pick<Host, 'hasSwapLimit' | 'hasHugepageLimit' | 'cgroupVersion'>): SpecResources {
  const { memoryLimitInBytes, memorySwapLimitInBytes, cpuShares, cpuQuota, cpuPeriod, cpusetCpus, cpusetMems, unified } = resources;
  const memory = {
    ...(memoryLimitInBytes && { limit: memoryLimitInBytes }),
    ...(memorySwapLimitInBytes && host.hasSwapLimit && { swap: memorySwapLimitInBytes }),
  };
  const cpu = {
    ...(cpuShares && { shares: cpuShares }),
    ...(cpuQuota && { quota: cpuQuota }),
    ...(cpuPeriod && { period: cpuPeriod }),
    ...(cpusetCpus && { cpus: cpusetCpus }),
    ...(cpusetMems && { mems: cpusetMems }),
  };
  const hugepageLimits = (resources.hugepageLimits ?? []).map(({ pageSize, limit }) => ({ pageSize: pageSize ?? '', limit: limit ?? 0 }));
  return {
    ...(Object.keys(memory).length && { memory }),
    ...(Object.keys(cpu).length && { cpu }),
    ...(hugepageLimits.length && host.hasHugepageLimit && { hugepageLimits }),
    ...(host.cgroupVersion === 2 && unified && Object.keys(unified).length && { unified }),
  };
}

/** An update keeps what it does not name. */
export function mergeResources(before: cri.ILinuxContainerResources, update: cri.ILinuxContainerResources): cri.ILinuxContainerResources {
  const given = Object.entries(update).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value)));
  return { ...before, ...Object.fromEntries(given) };
}

/** The nearest score that this process may give: without CAP_SYS_RESOURCE none below its own. */
export function permittedOomScore(wanted: number, { canLowerOomScore, oomScore }: Pick<Host, 'canLowerOomScore' | 'oomScore'>): number {
  return canLowerOomScore ? wanted : Math.max(wanted, oomScore);
}
