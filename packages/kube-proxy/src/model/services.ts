import type { corev1 } from '@typekube/api';
import { type DeepReadonly, objectKey } from '@typekube/client';
import { cidrsOfFamily, type IpFamily, ipsOfFamily } from './ip-family';

export type Protocol = 'tcp' | 'udp' | 'sctp';

/** What the proxy needs to know of one port of a Service, in one family of addresses. */
export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  /** Empty for the only port of a service. */
  readonly portName: string;
  readonly protocol: Protocol;
  readonly clusterIp: string;
  readonly port: number;
  /** 0: none. */
  readonly nodePort: number;
  readonly externalIps: readonly string[];
  /** Addresses of a load balancer that sends packets on as they are (`ipMode: VIP`). */
  readonly loadBalancerIps: readonly string[];
  /** Networks that may come by a load balancer's address; empty: all. */
  readonly sourceRanges: readonly string[];
  /** How long a client is sent to the same endpoint (`sessionAffinity: ClientIP`); 0: not. */
  readonly affinitySeconds: number;
  readonly internalPolicyLocal: boolean;
  readonly externalPolicyLocal: boolean;
  /** Where load balancers ask whether this node has endpoints; 0: nowhere. */
  readonly healthCheckNodePort: number;
}

type Service = DeepReadonly<corev1.Service>;

const PROTOCOLS: Readonly<Record<string, Protocol>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' };

/** The default of `sessionAffinityConfig.clientIP.timeoutSeconds`. */
const DEFAULT_AFFINITY_SECONDS = 10_800;

/**
 * The ports of a Service that are to be proxied in a family: none of headless services, of `ExternalName` ones, or of those
 * without an address of the family. The rules are those of upstream's pkg/proxy/serviceport.go.
 */
export function servicePorts(service: Service, family: IpFamily): ServicePort[] {
  const { spec } = service;
  if (!spec || spec.type === 'ExternalName') return [];
  const [clusterIp] = ipsOfFamily(clusterIpsOf(service), family);
  if (clusterIp === undefined) return [];
  const shared = {
    namespace: service.metadata.namespace ?? '',
    name: service.metadata.name ?? '',
    clusterIp,
    externalIps: ipsOfFamily(spec.externalIPs ?? [], family),
    loadBalancerIps: ipsOfFamily(virtualIpsOf(service), family),
    sourceRanges: cidrsOfFamily(spec.loadBalancerSourceRanges ?? [], family),
    affinitySeconds: affinitySecondsOf(service),
    internalPolicyLocal: spec.internalTrafficPolicy === 'Local',
    externalPolicyLocal: isExternalPolicyLocal(service),
    healthCheckNodePort: healthCheckNodePortOf(service),
  };
  return (spec.ports ?? []).flatMap(({ name = '', port, nodePort = 0, protocol = 'TCP' }) => {
    const known = PROTOCOLS[protocol];
    return known ? [{ ...shared, portName: name, port, nodePort, protocol: known }] : [];
  });
}

/** Traffic from outside the cluster can reach it: by a node port, an external or a load balancer's address. */
export function isExternallyAccessible({ nodePort, externalIps, loadBalancerIps }: ServicePort): boolean {
  return nodePort !== 0 || externalIps.length > 0 || loadBalancerIps.length > 0;
}

/**
 * Some of its traffic may go to endpoints anywhere. With `externalTrafficPolicy: Local` too: what pods and the node itself
 * send to an external address takes a short cut to all endpoints.
 */
export function usesClusterEndpoints(port: ServicePort): boolean {
  return !port.internalPolicyLocal || isExternallyAccessible(port);
}

/** Some of its traffic must stay on the node. */
export function usesLocalEndpoints(port: ServicePort): boolean {
  return port.internalPolicyLocal || (port.externalPolicyLocal && isExternallyAccessible(port));
}

/** `namespace/name:port`, or `namespace/name` of the only port: as upstream's ServicePortName. */
export function servicePortText({ namespace, name, portName }: ServicePort): string {
  return `${namespace}/${name}${portName && `:${portName}`}`;
}

/** The health check port of a service, once for all of its ports. */
export function healthCheckOf(service: Service): { readonly key: string; readonly port: number } | undefined {
  const port = healthCheckNodePortOf(service);
  return port === 0 ? undefined : { key: objectKey(service), port };
}

function clusterIpsOf({ spec }: Service): readonly string[] {
  const ips = spec?.clusterIPs?.length ? spec.clusterIPs : [spec?.clusterIP ?? ''];
  return ips.includes('None') ? [] : ips;
}

function virtualIpsOf({ status }: Service): string[] {
  const ingress = status?.loadBalancer?.ingress ?? [];
  return ingress.flatMap(({ ip, ipMode = 'VIP' }) => (ip && ipMode === 'VIP' ? [ip] : []));
}

function affinitySecondsOf({ spec }: Service): number {
  if (spec?.sessionAffinity !== 'ClientIP') return 0;
  return spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS;
}

/** A policy left over from a type that had external traffic does not count. */
function isExternalPolicyLocal({ spec }: Service): boolean {
  if (spec?.externalTrafficPolicy !== 'Local') return false;
  return spec.type === 'LoadBalancer' || spec.type === 'NodePort' || Boolean(spec.externalIPs?.length);
}

function healthCheckNodePortOf(service: Service): number {
  const { spec } = service;
  if (spec?.type !== 'LoadBalancer' || !isExternalPolicyLocal(service)) return 0;
  return spec.healthCheckNodePort ?? 0;
}
