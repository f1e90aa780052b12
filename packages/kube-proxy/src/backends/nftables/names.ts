import { createHash } from 'node:crypto';
import type { Endpoint } from '../../model/endpoints';
import type { ServicePort } from '../../model/services';

/** The names that upstream's nftables mode uses (KEP-3866), so that tools that look for them find them here too. */
export const Name = {
  services: 'services',
  serviceIps: 'service-ips',
  serviceNodePorts: 'service-nodeports',
  nodePortIps: 'nodeport-ips',
  serviceEndpointsCheck: 'service-endpoints-check',
  nodePortEndpointsCheck: 'nodeport-endpoints-check',
  noEndpointServices: 'no-endpoint-services',
  noEndpointNodePorts: 'no-endpoint-nodeports',
  reject: 'reject-chain',
  firewallIps: 'firewall-ips',
  firewallCheck: 'firewall-check',
  clusterIps: 'cluster-ips',
  clusterIpsCheck: 'cluster-ips-check',
  markMasquerade: 'mark-for-masquerade',
  masquerading: 'masquerading',
} as const;

/** nft's limit is 256; the prefixes take up to 16 of it. */
const MAX_BASE_LENGTH = 240;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The chains of one service's port, for its kinds of traffic. */
export interface ServiceChains {
  /** Sends to all endpoints. */
  readonly cluster: string;
  /** Sends to endpoints on this node. */
  readonly local: string;
  /** Takes what comes from outside and decides between the two. */
  readonly external: string;
  /** Drops what a load balancer's address may not get. */
  readonly firewall: string;
}

export function serviceChains(port: ServicePort): ServiceChains {
  const base = hashed(baseOf(port));
  return { cluster: `service-${base}`, local: `local-${base}`, external: `external-${base}`, firewall: `firewall-${base}` };
}

/** The chain that rewrites packets to one endpoint, and the set of the clients that are bound to it. */
export function endpointNames(
  port: ServicePort,
  { ip, port: number }: Endpoint,
): { readonly chain: string; readonly affinity: string } {
  // A chain's name may not hold colons.
  const base = hashed(`${baseOf(port)}__${ip.replaceAll(':', '.')}/${number}`);
  return { chain: `endpoint-${base}`, affinity: `affinity-${base}` };
}

function baseOf({ namespace, name, protocol, portName }: ServicePort): string {
  return `${namespace}/${name}/${protocol}/${portName}`;
}

/** A name with its own hash before it: it stays unique where its end is cut off, and people can tell similar ones apart. */
function hashed(name: string): string {
  const full = `${hashText(name)}-${name}`;
  return full.length > MAX_BASE_LENGTH ? `${full.slice(0, MAX_BASE_LENGTH - 3)}...` : full;
}

/** The first 8 letters, 40 bits, of the name's SHA-256 in base 32. */
function hashText(name: string): string {
  const bits = createHash('sha256').update(name).digest().readUIntBE(0, 5);
  return Array.from({ length: 8 }, (_, i) => BASE32[Math.floor(bits / 32 ** (7 - i)) % 32]).join('');
}
