import type { corev1 } from '@typekube/api';
import { type IntOrString, selectorFromSet } from '@typekube/apimachinery';
import { type DeepReadonly, type Indexer, objectKey } from '@typekube/client';
import type { Pod, Service } from './objects';
import { isPodEnded } from './pod-state';

export type ServicePort = DeepReadonly<corev1.ServicePort>;

/** Marks what belongs to a service that has no address of its own. */
export const HEADLESS_LABEL = 'service.kubernetes.io/headless';

/** The endpoints of this service are made by controllers: it has a selector, and is no alias of another name. */
export function hasManagedEndpoints(service: Service): boolean {
  return hasSelector(service) && service.spec?.type !== 'ExternalName';
}

/** An empty selector is none: it would be lost on the way through upstream's storage. */
export function hasSelector({ spec }: Service): boolean {
  return spec?.selector !== undefined && Object.keys(spec.selector).length > 0;
}

export function isHeadless({ spec }: Service): boolean {
  return !spec?.clusterIP || spec.clusterIP === 'None';
}

/** For `mapToKeys`: the services that select a pod. */
export function servicesOf(services: Indexer<corev1.Service>): (pod: Pod) => string[] {
  return ({ metadata }) => {
    const candidates = services.list({ namespace: metadata.namespace ?? '' });
    const selects = ({ spec }: Service): boolean => selectorFromSet(spec?.selector).matches(metadata.labels);
    const selecting = candidates.filter((service) => hasManagedEndpoints(service) && selects(service));
    return selecting.map((service) => objectKey(service));
  };
}

/** The pods that a service selects, in their order of names. */
export function podsOf({ metadata, spec }: Service, pods: Indexer<corev1.Pod>): Pod[] {
  const found = pods.list({ namespace: metadata.namespace ?? '', selector: selectorFromSet(spec?.selector) });
  return found.sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
}

/** It has an address, and has not ended. (ShouldPodBeInEndpoints) */
export function mayBeEndpoint(pod: Pod, includeTerminating: boolean): boolean {
  if (isPodEnded(pod) || addressesOf(pod).length === 0) return false;
  return includeTerminating || !pod.metadata.deletionTimestamp;
}

/** All addresses of a pod, the first one first. */
export function addressesOf({ status }: Pod): string[] {
  const all = (status?.podIPs ?? []).map(({ ip }) => ip);
  return all.length > 0 ? all : status?.podIP ? [status.podIP] : [];
}

export function addressOfFamily(pod: Pod, family: 'IPv4' | 'IPv6'): string | undefined {
  return addressesOf(pod).find((address) => address.includes(':') === (family === 'IPv6'));
}

/** The name under which DNS knows the pod, where it asks for one in this service. */
export function hostnameOf({ metadata, spec }: Pod, service: Service): string | undefined {
  const isMeant = spec?.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace;
  return isMeant && spec?.hostname ? spec.hostname : undefined;
}

/** The number of the port on a pod; undefined where the pod has no port of that name. (podutil.FindPort) */
export function targetPortOf(pod: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (!isName(targetPort)) return targetPort ? targetPort : port;
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...(pod.spec?.containers ?? []), ...sidecars].flatMap((container) => container.ports ?? []);
  return ports.find((each) => each.name === targetPort && (each.protocol ?? 'TCP') === protocol)?.containerPort;
}

function isName(value: IntOrString | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
