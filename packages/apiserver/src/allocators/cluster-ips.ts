import { FieldPath, invalid, type KubeObject, newInternalError, newInvalid } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import { AllocationError } from './allocation-error';
import type { IpAllocator } from './ip-allocator';
import { isUnchangedPreferDualStack } from './ip-families';
import { isHeadless, SERVICE_KIND } from './service-spec';

type Spec = corev1.ServiceSpec;

/** What a write has taken, to be given back if it fails, and what it gives back if it succeeds. */
export interface IpChange {
  readonly taken: readonly string[];
  readonly released: readonly string[];
}

const NO_CHANGE: IpChange = { taken: [], released: [] };

/** Allocates the cluster IPs of services, in place, once their families are known. */
export class ClusterIps {
  constructor(private readonly allocator: IpAllocator) {}

  /** Fails with 422 for an address that cannot be had, with 500 if there is none left. Takes all or nothing. */
  async create(service: KubeObject, spec: Spec, dryRun: boolean): Promise<IpChange> {
    if (spec.type === 'ExternalName' || isHeadless(spec)) return NO_CHANGE;
    return this.take(service, spec, 0, dryRun);
  }

  /** As upstream's updateClusterIPs: a change of type takes or releases all, a change of the number of families the second. */
  async update(service: KubeObject, spec: Spec, old: Spec, dryRun: boolean): Promise<IpChange> {
    if (isUnchangedPreferDualStack(spec, old)) return NO_CHANGE;
    if (old.type === 'ExternalName' && spec.type !== 'ExternalName') return this.create(service, spec, dryRun);
    if (isHeadless(old)) return NO_CHANGE;
    if (old.type !== 'ExternalName' && spec.type === 'ExternalName') return { taken: [], released: old.clusterIPs ?? [] };
    const before = old.ipFamilies?.length ?? 0;
    const now = spec.ipFamilies?.length ?? 0;
    if (before === 1 && now === 2) return this.take(service, spec, 1, dryRun);
    if (before === 2 && now === 1) return { taken: [], released: (old.clusterIPs ?? []).slice(1) };
    return NO_CHANGE;
  }

  async release({ metadata }: KubeObject, addresses: readonly string[]): Promise<void> {
    for (const address of addresses) await this.allocator.release(metadata, address);
  }

  /** Takes the addresses from the family at `first` on: those that are named, any others. */
  private async take(service: KubeObject, spec: Spec, first: number, dryRun: boolean): Promise<IpChange> {
    const addresses = [...(spec.clusterIPs ?? [])];
    const taken: string[] = [];
    try {
      for (let i = first; i < (spec.ipFamilies?.length ?? 0); i += 1) {
        addresses[i] = await this.takeOne(service, spec, i, dryRun);
        if (!dryRun) taken.push(addresses[i] ?? '');
      }
    } catch (error) {
      await this.release(service, taken);
      throw error;
    }
    spec.clusterIPs = addresses;
    spec.clusterIP = addresses[0] ?? '';
    return { taken, released: [] };
  }

  private async takeOne({ metadata }: KubeObject, spec: Spec, position: number, dryRun: boolean): Promise<string> {
    const wanted = spec.clusterIPs?.[position];
    const family = spec.ipFamilies?.[position] === 'IPv6' ? 'IPv6' : 'IPv4';
    try {
      if (!wanted) return await this.allocator.allocateNext(metadata, family, dryRun);
      await this.allocator.allocate(metadata, wanted, dryRun);
      return wanted;
    } catch (error) {
      if (!(error instanceof AllocationError)) throw error;
      if (!wanted) throw newInternalError(new Error(`failed to allocate a serviceIP: ${error.message}`, { cause: error }));
      const path = FieldPath.of('spec', 'clusterIPs');
      throw newInvalid(SERVICE_KIND, metadata.name ?? '', [
        invalid(path, spec.clusterIPs, `failed to allocate IP ${wanted}: ${error.message}`),
      ]);
    }
  }
}

/** The addresses that a service holds. */
export function heldAddresses(spec: Spec): readonly string[] {
  if (spec.type === 'ExternalName' || isHeadless(spec)) return [];
  return (spec.clusterIPs ?? []).filter((ip) => ip !== '');
}

