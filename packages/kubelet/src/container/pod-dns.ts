import { readFile } from 'node:fs/promises';
import type { cri } from '@typekube/cri-api';
import { namespaceOf, type Pod, specOf } from '../objects';

/** The cluster's name service, as containers are told. */
export interface ClusterDns {
  readonly servers: readonly string[];
  readonly domain: string;
  /** The node's own resolv.conf. */
  readonly resolvConf: string;
}

/** What a pod is told, and what has to be said about it: each a message of an event. */
export interface PodDns {
  readonly config: cri.IDNSConfig;
  readonly warnings: readonly { readonly reason: string; readonly message: string }[];
}

/** What resolvers take (validation.MaxDNSNameservers and its neighbours): more is left out. */
const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

/** The pod's resolver settings by its dnsPolicy (dns.Configurer.GetPodDNS). Rejects where the node's file cannot be read. */
export async function podDns(pod: Pod, cluster: ClusterDns): Promise<PodDns> {
  const { dnsPolicy = 'ClusterFirst', hostNetwork, dnsConfig } = specOf(pod);
  const wantsCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  const isMissing = wantsCluster && cluster.servers.length === 0;
  const base = dnsPolicy === 'None' ? NOTHING : await baseDns(namespaceOf(pod), cluster, wantsCluster && !isMissing);
  const options = (dnsConfig?.options ?? []).map(({ name, value }) => (value ? `${name}:${value}` : (name ?? '')));
  const names = new Set(options.map(nameOfOption));
  const servers = unique([...base.servers, ...(dnsConfig?.nameservers ?? [])]);
  const searches = unique([...base.searches, ...(dnsConfig?.searches ?? [])]);
  const config = {
    servers: servers.slice(0, MAX_SERVERS),
    searches: fittingSearches(searches),
    options: [...base.options.filter((option) => !names.has(nameOfOption(option))), ...options],
  };
  const left = { servers: servers.length > config.servers.length, searches: searches.length > config.searches.length };
  return { config, warnings: [...(isMissing ? [missingServers(dnsPolicy)] : []), ...limitWarnings(config, left)] };
}

function missingServers(policy: string): PodDns['warnings'][number] {
  const message = `kubelet does not have ClusterDNS IP configured and cannot create Pod using "${policy}" policy. Falling back to "Default" policy.`;
  return { reason: 'MissingClusterDNS', message };
}

function limitWarnings(
  { servers, searches }: { readonly servers: readonly string[]; readonly searches: readonly string[] },
  left: { readonly servers: boolean; readonly searches: boolean },
): PodDns['warnings'] {
  const forming = (message: string): PodDns['warnings'][number] => ({ reason: 'DNSConfigForming', message });
  const nameservers = `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${servers.join(' ')}`;
  const paths = `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${searches.join(' ')}`;
  return [...(left.servers ? [forming(nameservers)] : []), ...(left.searches ? [forming(paths)] : [])];
}

function fittingSearches(searches: readonly string[]): string[] {
  const kept = searches.slice(0, MAX_SEARCHES);
  while (kept.join(' ').length > MAX_SEARCH_CHARACTERS) kept.pop();
  return kept;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function nameOfOption(option: string): string {
  return option.split(':')[0] ?? '';
}

interface ResolverSettings {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

const NOTHING: ResolverSettings = { servers: [], searches: [], options: [] };

async function baseDns(
  namespace: string,
  { servers, domain, resolvConf }: ClusterDns,
  isCluster: boolean,
): Promise<ResolverSettings> {
  const host = resolvConf
    ? parseResolvConf(await readFile(resolvConf, 'utf8'))
    : { servers: ['127.0.0.1'], searches: ['.'], options: [] };
  if (!isCluster) return host;
  const own = domain ? [`${namespace}.svc.${domain}`, `svc.${domain}`, domain] : [];
  return { servers, searches: [...own, ...host.searches], options: ['ndots:5'] };
}

/** Reads resolv.conf: the last `search` counts, as for the resolver; options add up. */
export function parseResolvConf(text: string): ResolverSettings {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const valuesOf = (keyword: string): string[][] => lines.filter(([first]) => first === keyword).map(([, ...values]) => values);
  return {
    servers: valuesOf('nameserver').flatMap(([server]) => server ?? []),
    // A dot at the end changes nothing, and not every resolver knows it.
    searches: (valuesOf('search').at(-1) ?? []).map((search) => (search === '.' ? search : search.replace(/\.$/, ''))),
    options: valuesOf('options').flat(),
  };
}
