import type { KubeObject } from '@typekube/apimachinery';
import { type corev1, normalizeClusterIps, patchAllocatedValues } from '@typekube/api';
import { ClusterIps, heldAddresses, type IpChange } from '../allocators/cluster-ips';
import type { IpAllocator } from '../allocators/ip-allocator';
import { type Families, initIpFamilies } from '../allocators/ip-families';
import { applyNodePorts, dryRunTaker, heldPorts, type NodePortPlan, planNodePorts } from '../allocators/node-ports';
import type { PortRegistry } from '../allocators/port-registry';
import { specOf } from '../allocators/service-spec';
import type { SystemClient } from '../bootstrap/system-client';
import type { Begun, ResourceHooks } from '../registry/resource-hooks';

export interface ServiceHooksOptions {
  readonly families: Families;
  readonly addresses: IpAllocator;
  readonly ports: PortRegistry;
  readonly client: SystemClient;
  /** What could not be given back stays taken until the next repair. */
  readonly log: { error(message: string, error?: unknown): void };
}

type Service = KubeObject & { spec?: corev1.ServiceSpec };

const ENDPOINTS = { group: '', plural: 'endpoints' };

/** Allocates what services hold: cluster IPs, node ports and health check ports (upstream's service storage). */
export function serviceHooks(options: ServiceHooksOptions): ResourceHooks {
  const allocation = new ServiceAllocation(options);
  return {
    beginCreate: (object, { dryRun }) => allocation.begin(object, undefined, dryRun),
    beginUpdate: (object, old, { dryRun }) => allocation.begin(object, old, dryRun),
    afterDelete: (object, { dryRun }) => (dryRun ? undefined : allocation.afterDelete(object)),
  };
}

class ServiceAllocation {
  private readonly clusterIps: ClusterIps;

  constructor(private readonly options: ServiceHooksOptions) {
    this.clusterIps = new ClusterIps(options.addresses);
  }

  async begin(service: Service, old: Service | undefined, dryRun: boolean): Promise<Begun> {
    const spec = specOf(service);
    const oldSpec = old && specOf(old);
    if (oldSpec) patchAllocatedValues(spec, oldSpec);
    normalizeClusterIps(spec, oldSpec);
    initIpFamilies(service, spec, oldSpec, this.options.families);
    const ips = await (oldSpec ? this.clusterIps.update(service, spec, oldSpec, dryRun) : this.clusterIps.create(service, spec, dryRun));
    const ports = await this.takePorts(service, spec, oldSpec, ips, dryRun);
    return {
      commit: () => (dryRun ? undefined : this.release(service, ips.released, ports.released)),
      rollback: () => (dryRun ? undefined : this.release(service, ips.taken, ports.taken)),
    };
  }

  /** Upstream deletes the endpoints of a service with it, then gives back what it held. */
  async afterDelete(service: Service): Promise<void> {
    const { namespace = '', name = '' } = service.metadata;
    try {
      await this.options.client.delete(ENDPOINTS, namespace, name);
    } catch (error) {
      this.options.log.error(`delete service endpoints ${namespace}/${name} failed`, error);
    }
    const spec = specOf(service);
    await this.release(service, heldAddresses(spec), heldPorts(spec));
  }

  /** The addresses taken before are given back if the ports cannot be had. */
  private async takePorts(
    service: Service,
    spec: corev1.ServiceSpec,
    old: corev1.ServiceSpec | undefined,
    { taken }: IpChange,
    dryRun: boolean,
  ): Promise<NodePortPlan> {
    try {
      const plan = await this.planPorts(service, spec, old, dryRun);
      applyNodePorts(spec, plan);
      return plan;
    } catch (error) {
      await this.release(service, dryRun ? [] : taken, []);
      throw error;
    }
  }

  private async planPorts(
    service: Service,
    spec: corev1.ServiceSpec,
    old: corev1.ServiceSpec | undefined,
    dryRun: boolean,
  ): Promise<NodePortPlan> {
    const { ports } = this.options;
    // Whether it needs any port at all: services without node ports leave the registry alone.
    const idle = planNodePorts(service, spec, old, dryRunTaker(() => false));
    if (!idle.taken.length) return idle;
    if (!dryRun) return ports.change((bitmap) => planNodePorts(service, spec, old, bitmap));
    const bitmap = await ports.read();
    return planNodePorts(service, spec, old, dryRunTaker((port) => bitmap.has(port)));
  }

  private async release(service: Service, addresses: readonly string[], nodePorts: readonly number[]): Promise<void> {
    try {
      if (nodePorts.length) await this.options.ports.change((bitmap) => nodePorts.forEach((port) => bitmap.release(port)));
      await this.clusterIps.release(service, addresses);
    } catch (error) {
      const { namespace = '', name = '' } = service.metadata;
      this.options.log.error(`Error releasing what service ${namespace}/${name} held`, error);
    }
  }
}
