import { hasReason, type KubeObject } from '@typekube/apimachinery';
import type { networkingv1 } from '@typekube/api';
import { type Entry, parseObject } from '../cache/entry';
import type { SystemClient } from '../bootstrap/system-client';
import type { ServerCore } from '../handlers/core';
import { AddressRange, canonicalAddress, familyOf, type IpFamily, type RandomBelow } from './address-range';
import { AllocationError, rangeIsFull } from './allocation-error';
import { randomBelow } from './random-below';

export const IP_ADDRESSES = { group: 'networking.k8s.io', plural: 'ipaddresses' };
export const SERVICE_CIDRS = { group: 'networking.k8s.io', plural: 'servicecidrs' };

export const MANAGED_BY_LABEL = 'ipaddress.kubernetes.io/managed-by';
export const IP_FAMILY_LABEL = 'ipaddress.kubernetes.io/ip-family';
/** The value of `MANAGED_BY_LABEL` on addresses of services. */
export const IP_MANAGER = 'ipallocator.k8s.io';

/** The service that an address belongs to. */
export type Owner = Pick<KubeObject['metadata'], 'name' | 'namespace'>;

export interface IpAllocatorOptions {
  readonly core: () => Pick<ServerCore, 'endpoints' | 'barrier'>;
  readonly client: SystemClient;
  readonly random?: RandomBelow;
}

/**
 * Gives cluster IPs to services out of all ServiceCIDR objects. An address is taken by creating the IPAddress object of its name, which
 * the store does once whoever asks, so two services never have the same (upstream's MetaAllocator).
 */
export class IpAllocator {
  private readonly rangesOf = new WeakMap<Entry, CidrState>();
  /** Addresses that are being created now: no use in trying them again. */
  private readonly pending = new Set<string>();

  constructor(private readonly options: IpAllocatorOptions) {}

  /** Takes the address. Fails with an AllocationError. */
  async allocate(owner: Owner, address: string, dryRun: boolean): Promise<void> {
    const name = canonicalAddress(address) ?? address;
    const family = familyOf(name);
    const ready = this.ranges(family).filter((range) => dryRun || range.has(name));
    const [range] = ready.filter((candidate) => candidate.has(name)).concat(ready);
    if (!range) throw new AllocationError('mismatched-network', 'the provided network does not match the current range');
    if (!range.has(name)) throw notInRange(name, range);
    if (dryRun) return;
    if (!(await this.take(owner, name))) throw new AllocationError('allocated', 'provided IP is already allocated');
  }

  /**
   * Takes any free address of the family. A dry run takes none and gives the network's own, as upstream's. Fails with an
   * AllocationError.
   */
  async allocateNext(owner: Owner, family: IpFamily, dryRun: boolean): Promise<string> {
    if (dryRun) return this.ranges(family)[0]?.network ?? '';
    const address = (await this.search(owner, family, false)) ?? (await this.searchThoroughly(owner, family));
    if (address === undefined) throw rangeIsFull();
    return address;
  }

  /** Gives the address back if it is the owner's. */
  async release(owner: Owner, address: string): Promise<void> {
    const name = canonicalAddress(address);
    if (name === undefined) return;
    try {
      const found = await this.options.client.read<networkingv1.IPAddress>(IP_ADDRESSES, '', name);
      if (!found || !isOwnedBy(found, owner)) return;
      const { uid, resourceVersion } = found.metadata;
      const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
      await this.options.client.delete(IP_ADDRESSES, '', name, { preconditions });
    } catch (error) {
      // Somebody has changed the address since: it is not this owner's any more, or repair sees to it.
      if (!hasReason(error, 'Conflict')) throw error;
    }
  }

  /** Whether the address lies in any service CIDR, ready or not. */
  isInAnyRange(address: string): boolean {
    return this.cidrs().some(({ ranges }) => ranges.some((range) => range.has(address)));
  }

  /** Creates the address's object. */
  async register(owner: Owner, address: string): Promise<void> {
    await this.options.client.create(IP_ADDRESSES, newIpAddress(owner, address));
  }

  private async search(owner: Owner, family: IpFamily, withPending: boolean): Promise<string | undefined> {
    const { endpoints } = this.options.core();
    const addresses = endpoints.resource(IP_ADDRESSES.group, IP_ADDRESSES.plural);
    for (const range of this.ranges(family)) {
      for (const address of range.candidates(this.options.random ?? randomBelow)) {
        if (addresses.cache.get(addresses.key('', address))) continue;
        if (!withPending && this.pending.has(address)) continue;
        if (await this.take(owner, address)) return address;
      }
    }
    return undefined;
  }

  /** Full is only what is full on the newest state: addresses may have been given back a moment ago. */
  private async searchThoroughly(owner: Owner, family: IpFamily): Promise<string | undefined> {
    await this.options.core().barrier.mostRecent();
    return this.search(owner, family, true);
  }

  /** False if the address is somebody's already. */
  private async take(owner: Owner, address: string): Promise<boolean> {
    this.pending.add(address);
    try {
      await this.register(owner, address);
      return true;
    } catch (error) {
      if (hasReason(error, 'AlreadyExists')) return false;
      throw error;
    } finally {
      this.pending.delete(address);
    }
  }

  /** The ranges that addresses may be taken from, each once. */
  private ranges(family: IpFamily): AddressRange[] {
    const byText = new Map<string, AddressRange>();
    for (const { isReady, ranges } of this.cidrs()) {
      if (!isReady) continue;
      for (const range of ranges) if (range.family === family) byText.set(range.text, range);
    }
    return [...byText.values()];
  }

  private cidrs(): CidrState[] {
    const { cache } = this.options.core().endpoints.resource(SERVICE_CIDRS.group, SERVICE_CIDRS.plural);
    return [...cache.entries.values()].map((entry) => {
      const known = this.rangesOf.get(entry);
      if (known) return known;
      const read = readCidr(parseObject(entry.bytes));
      this.rangesOf.set(entry, read);
      return read;
    });
  }
}

interface CidrState {
  readonly isReady: boolean;
  readonly ranges: readonly AddressRange[];
}

type ReadCidr = KubeObject & Partial<Pick<networkingv1.ServiceCIDR, 'spec' | 'status'>>;

/** A CIDR without a condition is ready: the controller that sets it may not run. One that goes gives no more addresses. */
function readCidr({ metadata, spec, status }: ReadCidr): CidrState {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  const isReady = metadata.deletionTimestamp === undefined && (condition === undefined || condition.status === 'True');
  return { isReady, ranges: (spec?.cidrs ?? []).flatMap((cidr) => AddressRange.parse(cidr) ?? []) };
}

function notInRange(address: string, range: AddressRange): AllocationError {
  const message = `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range.text}`;
  return new AllocationError('not-in-range', message);
}

export function isOwnedBy({ spec }: networkingv1.IPAddress, { namespace, name }: Owner): boolean {
  const parent = spec?.parentRef;
  return !parent?.group && parent?.resource === 'services' && parent.namespace === namespace && parent.name === name;
}

function newIpAddress({ namespace, name }: Owner, address: string): networkingv1.IPAddress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: { name: address, labels: { [IP_FAMILY_LABEL]: familyOf(address), [MANAGED_BY_LABEL]: IP_MANAGER } },
    spec: { parentRef: { resource: 'services', ...(namespace && { namespace }), name: name ?? '' } },
  };
}
