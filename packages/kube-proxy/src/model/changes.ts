import { isDeepStrictEqual } from 'node:util';
import type { corev1, discoveryv1 } from '@typekube/api';
import { type DeepReadonly, keyOf, objectKey, splitKey } from '@typekube/client';
import { type Endpoint, endpointsOf, SERVICE_NAME_LABEL } from './endpoints';
import { IP_FAMILIES, type IpFamily } from './ip-family';
import { healthCheckOf, servicePorts, type ServicePort } from './services';

/** A service's port with its endpoints. The same object as long as nothing of it has changed: it may be a key of a cache. */
export interface PortState {
  readonly service: ServicePort;
  readonly endpoints: readonly Endpoint[];
}

/** A service whose health load balancers ask for, with its ready endpoints on this node. */
export interface HealthCheckState {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  readonly localEndpoints: number;
}

type Service = DeepReadonly<corev1.Service>;
type EndpointSlice = DeepReadonly<discoveryv1.EndpointSlice>;
type States = Readonly<Record<IpFamily, readonly PortState[]>>;

/**
 * All Services and EndpointSlices as the proxy sees them. Whoever tells it of a change learns whether that changes anything
 * for the proxy: most changes of objects do not.
 */
export class ProxyModel {
  private readonly services = new Map<string, Service>();
  private readonly slices = new Map<string, Map<string, EndpointSlice>>();
  private readonly states = new Map<string, States>();

  constructor(private readonly nodeName: string) {}

  setService(service: Service): boolean {
    const key = objectKey(service);
    const before = this.services.get(key);
    this.services.set(key, service);
    const isHealthChanged = !isDeepStrictEqual(before && healthCheckOf(before), healthCheckOf(service));
    return this.recompute(key) || isHealthChanged;
  }

  removeService(service: Service): boolean {
    const key = objectKey(service);
    this.services.delete(key);
    return this.states.delete(key);
  }

  setSlice(slice: EndpointSlice): boolean {
    const service = serviceOf(slice);
    if (service === undefined) return false;
    const slices = this.slices.get(service) ?? new Map<string, EndpointSlice>();
    this.slices.set(service, slices.set(objectKey(slice), slice));
    return this.recompute(service);
  }

  removeSlice(slice: EndpointSlice): boolean {
    const service = serviceOf(slice);
    if (service === undefined) return false;
    const slices = this.slices.get(service);
    slices?.delete(objectKey(slice));
    if (slices?.size === 0) this.slices.delete(service);
    return this.recompute(service);
  }

  /** All ports of a family, in no order. */
  ports(family: IpFamily): PortState[] {
    return [...this.states.values()].flatMap((states) => states[family]);
  }

  healthChecks(): HealthCheckState[] {
    return [...this.services.values()].flatMap((service) => {
      const check = healthCheckOf(service);
      if (!check) return [];
      const localEndpoints = this.localReadyAddresses(check.key).size;
      return [{ ...namesOf(check.key), port: check.port, localEndpoints }];
    });
  }

  /** Of all ports and families together, each address once. */
  private localReadyAddresses(key: string): Set<string> {
    const states = this.states.get(key);
    const endpoints = IP_FAMILIES.flatMap((family) => states?.[family] ?? []).flatMap((state) => state.endpoints);
    return new Set(endpoints.filter(({ isLocal, isReady }) => isLocal && isReady).map(({ ip }) => ip));
  }

  private recompute(key: string): boolean {
    const service = this.services.get(key);
    if (!service) return false;
    const before = this.states.get(key) ?? { IPv4: [], IPv6: [] };
    const after = { IPv4: this.statesOf(service, before, 'IPv4'), IPv6: this.statesOf(service, before, 'IPv6') };
    this.states.set(key, after);
    return IP_FAMILIES.some((family) => isChanged(before[family], after[family]));
  }

  private statesOf(service: Service, before: States, family: IpFamily): PortState[] {
    const slices = this.slices.get(objectKey(service))?.values() ?? [];
    const known = [...slices];
    return servicePorts(service, family).map((port, i) => {
      const state = { service: port, endpoints: endpointsOf(known, port, { family, nodeName: this.nodeName }) };
      const old = before[family][i];
      return old && isDeepStrictEqual(old, state) ? old : state;
    });
  }
}

function isChanged(before: readonly PortState[], after: readonly PortState[]): boolean {
  return before.length !== after.length || before.some((state, i) => state !== after[i]);
}

function serviceOf({ metadata }: EndpointSlice): string | undefined {
  const name = metadata.labels?.[SERVICE_NAME_LABEL];
  return name ? keyOf(metadata.namespace ?? '', name) : undefined;
}

function namesOf(key: string): { readonly namespace: string; readonly name: string } {
  return splitKey(key);
}
