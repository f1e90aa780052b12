import { readFile } from 'node:fs/promises';
import { cri } from '@typekube/cri-api';
import { nameOf, namespaceOf, type Pod, specOf, uidOf } from '../objects';
import { ANNOTATIONS, podLabels } from '../runtime/labels';
import { hostnameOf } from './env';
import { namespaceOptions, seccompOf } from './security';

/** The cluster's name service, as containers are told. */
export interface ClusterDns {
  readonly servers: readonly string[];
  readonly domain: string;
  /** The node's own resolv.conf. */
  readonly resolvConf: string;
}

export interface SandboxConfigInput {
  readonly pod: Pod;
  readonly attempt: number;
  readonly dns: cri.IDNSConfig;
  readonly logDirectory: string;
  readonly cgroupParent: string;
  readonly seccompRoot: string;
  readonly node: string;
}

/** All that the runtime has to know to make a pod's sandbox. */
export function sandboxConfig({
  pod,
  attempt,
  dns,
  logDirectory,
  cgroupParent,
  seccompRoot,
  node,
}: SandboxConfigInput): cri.IPodSandboxConfig {
  const { hostNetwork, securityContext, containers, initContainers = [] } = specOf(pod);
  const all = [...initContainers, ...containers];
  const seccomp = seccompOf(securityContext?.seccompProfile, seccompRoot);
  return {
    metadata: { name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod), attempt },
    hostname: hostNetwork ? '' : hostnameOf(pod),
    logDirectory,
    dnsConfig: dns,
    portMappings: hostNetwork ? [] : all.flatMap(({ ports = [] }) => ports.filter(({ hostPort }) => hostPort).map(toPortMapping)),
    labels: podLabels(pod),
    annotations: { ...pod.metadata.annotations, [ANNOTATIONS.node]: node },
    linux: {
      cgroupParent,
      sysctls: Object.fromEntries((securityContext?.sysctls ?? []).map(({ name, value }) => [name, value])),
      securityContext: {
        namespaceOptions: namespaceOptions(pod),
        privileged: all.some((container) => container.securityContext?.privileged),
        supplementalGroups: [
          ...(securityContext?.supplementalGroups ?? []),
          ...(securityContext?.fsGroup === undefined ? [] : [securityContext.fsGroup]),
        ],
        seccomp,
        ...(securityContext?.runAsUser !== undefined && { runAsUser: { value: securityContext.runAsUser } }),
        ...(securityContext?.runAsGroup !== undefined && { runAsGroup: { value: securityContext.runAsGroup } }),
      },
    },
  };
}

type Port = NonNullable<ReturnType<typeof specOf>['containers'][number]['ports']>[number];

function toPortMapping({ protocol = 'TCP', containerPort, hostPort = 0, hostIP = '' }: Port): cri.IPortMapping {
  const protocols: Readonly<Record<string, cri.Protocol>> = {
    TCP: cri.Protocol.TCP,
    UDP: cri.Protocol.UDP,
    SCTP: cri.Protocol.SCTP,
  };
  return { protocol: protocols[protocol] ?? cri.Protocol.TCP, containerPort, hostPort, hostIp: hostIP };
}

const MAX_SEARCHES = 32;

/** The pod's resolver settings by its dnsPolicy (dns.Configurer.GetPodDNS). Rejects where the node's file cannot be read. */
export async function podDns(pod: Pod, cluster: ClusterDns): Promise<cri.IDNSConfig> {
  const { dnsPolicy = 'ClusterFirst', hostNetwork, dnsConfig } = specOf(pod);
  const isCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  const base =
    dnsPolicy === 'None' ? { servers: [], searches: [], options: [] } : await baseDns(namespaceOf(pod), cluster, isCluster);
  const options = (dnsConfig?.options ?? []).map(({ name, value }) => (value ? `${name}:${value}` : (name ?? '')));
  const names = new Set(options.map(nameOfOption));
  return {
    servers: [...new Set([...base.servers, ...(dnsConfig?.nameservers ?? [])])],
    searches: [...new Set([...base.searches, ...(dnsConfig?.searches ?? [])])].slice(0, MAX_SEARCHES),
    options: [...base.options.filter((option) => !names.has(nameOfOption(option))), ...options],
  };
}

function nameOfOption(option: string): string {
  return option.split(':')[0] ?? '';
}

interface ResolverSettings {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

async function baseDns(
  namespace: string,
  { servers, domain, resolvConf }: ClusterDns,
  isCluster: boolean,
): Promise<ResolverSettings> {
  const host = resolvConf
    ? parseResolvConf(await readFile(resolvConf, 'utf8'))
    : { servers: ['127.0.0.1'], searches: ['.'], options: [] };
  if (!isCluster || servers.length === 0) return host;
  const own = domain ? [`${namespace}.svc.${domain}`, `svc.${domain}`, domain] : [];
  return { servers, searches: [...own, ...host.searches], options: ['ndots:5'] };
}

/** Reads resolv.conf: the last `search` counts, as for the resolver. */
export function parseResolvConf(text: string): ResolverSettings {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const valuesOf = (keyword: string): string[][] => lines.filter(([first]) => first === keyword).map(([, ...values]) => values);
  return {
    servers: valuesOf('nameserver').flatMap(([server]) => server ?? []),
    searches: valuesOf('search').at(-1) ?? [],
    options: valuesOf('options').at(-1) ?? [],
  };
}
