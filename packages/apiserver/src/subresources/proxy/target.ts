import { randomInt } from 'node:crypto';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { newBadRequest, newNotFound, newServiceUnavailable } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import { parseObject } from '../../cache/entry';
import type { ServerCore } from '../../handlers/core';
import { parseTargetName, type TargetName } from './target-name';

/** Where a request for a proxy goes: the root of a server. */
export interface ProxyTarget {
  readonly url: URL;
  readonly tls: ConnectionOptions;
}

export interface TargetRequest {
  readonly namespace: string;
  /** As in the path: with a scheme and a port, perhaps. */
  readonly name: string;
}

/** Finds what a name stands for. Fails with upstream's texts. */
export type FindTarget = (core: ServerCore, request: TargetRequest) => ProxyTarget;

/** Certificates of pods are signed by nobody that this server knows: as upstream. */
const UNCHECKED: ConnectionOptions = { rejectUnauthorized: false };

/** Addresses of this machine and of its links, which a client must not reach through this server. */
const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet('0.0.0.0', 8);
FORBIDDEN.addSubnet('127.0.0.0', 8);
FORBIDDEN.addSubnet('169.254.0.0', 16);
FORBIDDEN.addSubnet('224.0.0.0', 4);
FORBIDDEN.addAddress('255.255.255.255');
FORBIDDEN.addAddress('::', 'ipv6');
FORBIDDEN.addAddress('::1', 'ipv6');
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6');
FORBIDDEN.addSubnet('ff00::', 8, 'ipv6');

/** A pod at its address: the given port, else the first one that it declares. */
export const podTarget: FindTarget = (core, { namespace, name: text }) => {
  const { scheme, name, port } = nameOf('pod', text);
  const pod = read<corev1.Pod>(core, 'pods', { namespace, name });
  const declared = pod.spec?.containers.find(({ ports }) => ports?.length)?.ports?.[0]?.containerPort;
  return { url: urlOf(scheme, pod.status?.podIP ?? '', port || String(declared ?? '')), tls: UNCHECKED };
};

/** One of the pods behind a service, drawn anew for each request; the port by its name or number. */
export const serviceTarget: FindTarget = (core, { namespace, name: text }) => {
  const { scheme, name, port } = nameOf('service', text);
  const portName = /^\d+$/.test(port) ? portNameOf(core, { namespace, name }, Number(port)) : port;
  const { subsets = [] } = read<corev1.Endpoints>(core, 'endpoints', { namespace, name });
  if (subsets.length === 0) throw newServiceUnavailable(`no endpoints available for service "${name}"`);
  const candidates = subsets.flatMap(({ addresses = [], ports = [] }) => {
    const found = ports.find((candidate) => (candidate.name ?? '') === portName);
    return found ? addresses.filter((address) => isOfPod(core, address)).map(({ ip }) => ({ ip, port: found.port })) : [];
  });
  const chosen = candidates.length ? candidates[randomInt(candidates.length)] : undefined;
  if (!chosen) throw newServiceUnavailable(`no endpoints available for service "${text}"`);
  return { url: urlOf(scheme, chosen.ip, String(chosen.port)), tls: UNCHECKED };
};

/** A node's kubelet, with this server's own certificate; or another port of the node, without. */
export const nodeTarget: FindTarget = (core, { name: text }) => {
  const { scheme, name, port } = nameOf('node', text);
  const kubelet = core.kubelet.urlOf(name, core);
  if (port === '' || port === kubelet.port) return { url: kubelet, tls: core.kubelet.tls };
  return { url: urlOf(scheme, kubelet.hostname.replace(/^\[|\]$/g, ''), port), tls: UNCHECKED };
};

function nameOf(kind: string, text: string): TargetName {
  const name = parseTargetName(text);
  if (!name) throw newBadRequest(`invalid ${kind} request "${text}"`);
  return name;
}

function read<T>({ endpoints }: ServerCore, plural: string, { namespace, name }: TargetRequest): T {
  const resource = endpoints.resource('', plural);
  const entry = resource.cache.get(resource.key(namespace, name));
  if (!entry) throw newNotFound(resource.groupResource, name);
  return parseObject(entry.bytes) as T;
}

function portNameOf(core: ServerCore, service: TargetRequest, number: number): string {
  const { spec } = read<corev1.Service>(core, 'services', service);
  const found = (spec?.ports ?? []).find(({ port }) => port === number);
  if (!found) throw newServiceUnavailable(`no service port ${number} found for service "${service.name}"`);
  return found.name ?? '';
}

type Address = NonNullable<NonNullable<corev1.Endpoints['subsets']>[number]['addresses']>[number];

/** Anybody who may write Endpoints could make this server ask any address: it asks pods alone, at the address that they have. */
function isOfPod(core: ServerCore, { ip, targetRef }: Address): boolean {
  if (targetRef?.kind !== 'Pod') return false;
  const resource = core.endpoints.resource('', 'pods');
  const entry = resource.cache.get(resource.key(targetRef.namespace ?? '', targetRef.name ?? ''));
  const { status } = (entry ? parseObject(entry.bytes) : {}) as corev1.Pod;
  return [status?.podIP, ...(status?.podIPs ?? []).map((address) => address.ip)].includes(ip);
}

function urlOf(scheme: TargetName['scheme'], address: string, port: string): URL {
  if (!isIP(address) || FORBIDDEN.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) throw newBadRequest('address not allowed');
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536)) {
    throw newBadRequest(`invalid port "${port}": must be a number between 1 and 65535`);
  }
  return new URL(`${scheme || 'http'}://${isIPv6(address) ? `[${address}]` : address}${port && `:${port}`}`);
}
