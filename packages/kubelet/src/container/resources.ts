import { parseQuantity } from '@typekube/apimachinery';
import type { cri } from '@typekube/cri-api';
import { type Container, type Pod, qosClassOf, specOf } from '../objects';

const PERIOD = 100_000;
const MIN_QUOTA = 1000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;

/** CPU shares for so many thousandths of a processor. */
export function cpuShares(milliCpu: number): number {
  return milliCpu === 0 ? MIN_SHARES : Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milliCpu * 1024) / 1000)));
}

/** Microseconds a tenth of a second; 0 for no limit. */
export function cpuQuota(milliCpu: number): number {
  return milliCpu === 0 ? 0 : Math.max(MIN_QUOTA, Math.floor((milliCpu * PERIOD) / 1000));
}

/** What the kernel is to limit the container to. */
export function linuxResources(pod: Pod, container: Container, memoryCapacity: number): cri.ILinuxContainerResources {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const limit = milli(limits['cpu']);
  // Where only a limit is set, it is the request too.
  const request = requests['cpu'] === undefined && limits['cpu'] !== undefined ? limit : milli(requests['cpu']);
  const memory = bytes(limits['memory']);
  return {
    cpuShares: cpuShares(request),
    ...(limit > 0 && { cpuPeriod: PERIOD, cpuQuota: cpuQuota(limit) }),
    ...(memory > 0 && { memoryLimitInBytes: memory, memorySwapLimitInBytes: memory }),
    oomScoreAdj: oomScoreAdjust(pod, container, memoryCapacity),
  };
}

/** Who is killed first when memory runs out (qos.GetContainerOOMScoreAdjust). */
export function oomScoreAdjust(pod: Pod, container: Container, memoryCapacity: number): number {
  const priorityClass = specOf(pod).priorityClassName;
  if (priorityClass === 'system-node-critical') return -997;
  switch (qosClassOf(pod)) {
    case 'Guaranteed':
      return -997;
    case 'BestEffort':
      return 1000;
    case 'Burstable': {
      const request = bytes(container.resources?.requests?.['memory'] ?? container.resources?.limits?.['memory']);
      const score = 1000 - Math.floor((1000 * request) / memoryCapacity);
      return Math.min(999, Math.max(3, score));
    }
  }
}

export function milli(quantity: string | undefined): number {
  return quantity === undefined ? 0 : Number(parseQuantity(quantity).milliValue());
}

export function bytes(quantity: string | undefined): number {
  return quantity === undefined ? 0 : Number(parseQuantity(quantity).value());
}
