import type { corev1, discoveryv1 } from '@typekube/api';
import type { AdmissionDependencies } from '../admission/dependencies';
import type { ObjectSource } from '../admission/object-source';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export const SERVICE_LABEL = 'kubernetes.io/service-name';

/** A service cannot be reached as things are. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

/** `endpoints`: straight to the pods. `cluster-ip`: what the machine's rules for services make of it. */
export type ServiceRouting = 'endpoints' | 'cluster-ip';

/**
 * Where a service is reached, from the server's caches: at its pods straight, as this machine need not have the rules that make
 * cluster IPs work; by the cluster IP where there are no endpoint slices that say more, or where that is asked for.
 */
export class ServiceResolver {
  private readonly services: ObjectSource<corev1.Service>;
  private readonly slices: ObjectSource<discoveryv1.EndpointSlice>;
  private next = 0;

  constructor(
    { objects }: Pick<AdmissionDependencies, 'objects'>,
    private readonly routing: ServiceRouting = 'endpoints',
  ) {
    this.services = objects<corev1.Service>('', 'services');
    this.slices = objects<discoveryv1.EndpointSlice>('discovery.k8s.io', 'endpointslices');
  }

  /** Another pod each time. Fails with a ServiceError and upstream's texts. */
  resolve(namespace: string, name: string, port: number): Address {
    const service = this.services.get(namespace, name);
    if (!service) throw new ServiceError(`service ${JSON.stringify(name)} not found`);
    const { spec } = service;
    if (spec?.type === 'ExternalName') return { host: spec.externalName ?? '', port };
    const servicePort = spec?.ports?.find((candidate) => candidate.port === port);
    if (!servicePort) throw new ServiceError(`no service port ${port} found for service ${JSON.stringify(name)}`);
    if (this.routing === 'cluster-ip') return this.clusterIP(name, spec?.clusterIP, port);
    const addresses = this.endpointsOf(namespace, name, servicePort.name ?? '');
    if (addresses.length) return addresses[(this.next++ >>> 0) % addresses.length]!;
    if (spec?.clusterIP && spec.clusterIP !== 'None' && !spec.selector) return { host: spec.clusterIP, port };
    throw new ServiceError(`no endpoints available for service ${JSON.stringify(name)}`);
  }

  private clusterIP(name: string, host: string | undefined, port: number): Address {
    if (!host || host === 'None') throw new ServiceError(`service ${JSON.stringify(name)} has no cluster IP`);
    return { host, port };
  }

  private endpointsOf(namespace: string, name: string, portName: string): Address[] {
    const slices = this.slices.list(namespace).filter(({ metadata }) => metadata.labels?.[SERVICE_LABEL] === name);
    return slices.flatMap(({ endpoints = [], ports = [] }) => {
      const port = ports.find((candidate) => (candidate.name ?? '') === portName)?.port;
      if (!port) return [];
      const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
      return ready.flatMap(({ addresses }) => addresses.map((host) => ({ host, port })));
    });
  }
}
