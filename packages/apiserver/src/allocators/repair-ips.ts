import { hasReason, type KubeObject } from '@typekube/apimachinery';
import type { corev1, networkingv1 } from '@typekube/api';
import type { EventRecorder } from '../bootstrap/event-recorder';
import type { SystemClient } from '../bootstrap/system-client';
import { canonicalAddress, familyOf } from './address-range';
import { heldAddresses } from './cluster-ips';
import { IP_ADDRESSES, IP_FAMILY_LABEL, IP_MANAGER, type IpAllocator, isOwnedBy, MANAGED_BY_LABEL } from './ip-allocator';
import { SERVICES } from './service-spec';

/** An address without its service is young enough to be that of a service in the making (the longest request). */
const GRACE_MS = 60_000;

export interface IpRepairOptions {
  readonly addresses: IpAllocator;
  readonly client: SystemClient;
  readonly mostRecent: () => Promise<void>;
  readonly events: EventRecorder;
  readonly now: () => number;
  readonly log: { error(message: string, error?: unknown): void };
}

/** Brings IPAddress objects in line with the services, as upstream's ipallocator repair controller. */
export class IpRepair {
  constructor(private readonly options: IpRepairOptions) {}

  /** Fails if the store does; what is wrong with services is logged and told in events. */
  async runOnce(): Promise<void> {
    await this.options.mostRecent();
    for (const { metadata, spec } of this.options.client.list<corev1.Service>(SERVICES)) {
      for (const address of heldAddresses(spec ?? {})) {
        // Time has passed since the list: service and address must be looked at together, or one that has just gone seems wrong.
        const service = this.options.client.get<corev1.Service>(SERVICES, metadata.namespace ?? '', metadata.name ?? '');
        if (service && heldAddresses(service.spec ?? {}).includes(address)) await this.checkService(service, address);
      }
    }
    for (const { metadata } of this.options.client.list<networkingv1.IPAddress>(IP_ADDRESSES)) {
      const address = this.options.client.get<networkingv1.IPAddress>(IP_ADDRESSES, '', metadata.name ?? '');
      if (address) await this.checkAddress(address);
    }
  }

  private async checkService(service: corev1.Service, text: string): Promise<void> {
    const address = canonicalAddress(text);
    const of = `for Service ${service.metadata.namespace}/${service.metadata.name}`;
    if (address === undefined) {
      const event = `Cluster IP ${text} is not a valid IP; please recreate Service`;
      return this.report(service, 'ClusterIPNotValid', event, `the ClusterIP ${text} ${of} is not a valid IP; please recreate Service`);
    }
    const family = familyOf(address);
    if (!this.options.addresses.isInAnyRange(address)) {
      const event = `Cluster IP [${family}]: ${address} is not within any configured Service CIDR; please recreate service`;
      const message = `the ClusterIP [${family}]: ${address} ${of} is not within any service CIDR; please recreate`;
      return this.report(service, 'ClusterIPOutOfRange', event, message);
    }
    const found = this.options.client.get<networkingv1.IPAddress>(IP_ADDRESSES, '', address);
    if (!found) {
      await this.register(service, address);
      const event = `Cluster IP [${family}]: ${address} is not allocated; repairing`;
      const message = `the ClusterIP [${family}]: ${address} ${of} is not allocated; repairing`;
      return this.report(service, 'ClusterIPNotAllocated', event, message);
    }
    if (isOwnedBy(found, service.metadata)) return hasLabels(found) ? undefined : this.recreate(service, address);
    await this.checkOtherOwner(service, found, `[${family}]: ${address} ${of}`);
  }

  /** The address's object names another owner: that owner has it too, or the object is wrong. */
  private async checkOtherOwner(service: corev1.Service, address: networkingv1.IPAddress, what: string): Promise<void> {
    const parent = address.spec?.parentRef;
    const isService = !parent?.group && parent?.resource === 'services';
    const other = isService ? this.options.client.get<corev1.Service>(SERVICES, parent.namespace ?? '', parent.name) : undefined;
    if (other && heldAddresses(other.spec ?? {}).includes(address.metadata.name ?? '')) {
      const { name = '' } = address.metadata;
      const event = `Cluster IP [${familyOf(name)}]:${name} was assigned to multiple services; please recreate service`;
      const owner = `${other.metadata.namespace}/${other.metadata.name}`;
      const message = `the cluster IP ${what} was assigned to other services ${owner}; please recreate`;
      return this.report(service, 'ClusterIPAlreadyAllocated', event, message);
    }
    await this.recreate(service, address.metadata.name ?? '');
    const message = `the ClusterIP ${what} has a wrong reference; repairing`;
    await this.report(service, 'ClusterIPNotAllocated', message, message);
  }

  private async checkAddress(address: networkingv1.IPAddress): Promise<void> {
    const { name = '', labels, creationTimestamp } = address.metadata;
    if (labels?.[MANAGED_BY_LABEL] !== IP_MANAGER) return;
    const parent = address.spec?.parentRef;
    if (parent?.group || parent?.resource !== 'services') {
      const message = `IPAddress ${name} appears to have been modified, not referencing a Service: cleaning up`;
      return this.cleanUp(address, 'IPAddressNotAllocated', message, message);
    }
    const owner = `${parent.namespace}/${parent.name}`;
    const service = this.options.client.get<corev1.Service>(SERVICES, parent.namespace ?? '', parent.name);
    if (!service) {
      if (this.options.now() - Date.parse(creationTimestamp ?? '') <= GRACE_MS) return;
      const event = `IPAddress: ${name} for Service ${owner} appears to have leaked: cleaning up`;
      return this.cleanUp(address, 'IPAddressNotAllocated', event, `IPAddress ${name} appears to have leaked: cleaning up`);
    }
    if ((service.spec?.clusterIPs ?? []).some((ip) => canonicalAddress(ip) === name)) return;
    if (this.options.now() - Date.parse(creationTimestamp ?? '') <= GRACE_MS) return;
    const event = `IPAddress: ${name} for Service ${owner} has a wrong reference; cleaning up`;
    const message = `the IPAddress: ${name} for Service ${owner} has a wrong reference; cleaning up`;
    await this.cleanUp(address, 'IPAddressWrongReference', event, message);
  }

  private async cleanUp(address: networkingv1.IPAddress, reason: string, event: string, message: string): Promise<void> {
    const { name = '', uid, resourceVersion } = address.metadata;
    const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
    try {
      await this.options.client.delete(IP_ADDRESSES, '', name, { preconditions });
    } catch (error) {
      // It has changed since it was looked at: the next look sees.
      if (hasReason(error, 'Conflict')) return;
      throw error;
    }
    await this.report(address, reason, event, message);
  }

  private async recreate(service: corev1.Service, address: string): Promise<void> {
    await this.options.client.delete(IP_ADDRESSES, '', address);
    await this.register(service, address);
  }

  /** Another server may have repaired it meanwhile. */
  private async register(service: corev1.Service, address: string): Promise<void> {
    try {
      await this.options.addresses.register(service.metadata, address);
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    }
  }

  private async report(object: KubeObject, reason: string, event: string, message: string): Promise<void> {
    this.options.log.error(message);
    await this.options.events.warn(object, reason, event);
  }
}

function hasLabels({ metadata: { name = '', labels } }: networkingv1.IPAddress): boolean {
  return labels?.[IP_FAMILY_LABEL] === familyOf(name) && labels[MANAGED_BY_LABEL] === IP_MANAGER;
}
