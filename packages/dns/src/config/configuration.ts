import { isIP } from 'node:net';
import { ConfigError } from '@typekube/component-base';
import { parseHostPort, type HostPort } from '../serving/http-server';
import { parseResolver, readResolvers, type ResolverAddress } from '../upstream/resolv-conf';
import type { DnsFlags } from './flags';

/** The flags, checked and read. An endpoint without an address is not served. */
export interface DnsConfiguration {
  /** In lower case, without a dot at its end. */
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly ttl: number;
  readonly resolvers: readonly ResolverAddress[];
  readonly health: HostPort | undefined;
  readonly ready: HostPort | undefined;
  readonly metrics: HostPort | undefined;
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const MAX_TTL = 3600;
const MAX_DOMAIN = 200;

/** Rejects with a ConfigError, or with the system's error if the resolvers' file cannot be read. */
export async function configurationFromFlags({ dns, serving }: DnsFlags): Promise<DnsConfiguration> {
  const domain = dns.domain.toLowerCase().replace(/\.$/, '');
  if (domain.length > MAX_DOMAIN || !domain.split('.').every((label) => LABEL.test(label))) {
    throw new ConfigError(`--domain: Invalid value: "${dns.domain}": must be a DNS name`);
  }
  if (!isIP(dns.dnsBindAddress)) throw new ConfigError(`--dns-bind-address: Invalid value: "${dns.dnsBindAddress}": must be an IP address`);
  if (dns.dnsPort < 0 || dns.dnsPort > 65_535) throw new ConfigError(`--dns-port: Invalid value: ${dns.dnsPort}: must be between 0 and 65535`);
  if (dns.ttl < 0 || dns.ttl > MAX_TTL) throw new ConfigError(`--ttl: Invalid value: ${dns.ttl}: must be between 0 and ${MAX_TTL}`);
  return {
    domain,
    host: dns.dnsBindAddress,
    port: dns.dnsPort,
    ttl: dns.ttl,
    resolvers: withoutOurselves(await resolversOf(dns), dns),
    health: endpoint('--health-bind-address', serving.healthBindAddress),
    ready: endpoint('--ready-bind-address', serving.readyBindAddress),
    metrics: endpoint('--metrics-bind-address', serving.metricsBindAddress),
  };
}

async function resolversOf({ nameservers, resolvConf }: DnsFlags['dns']): Promise<ResolverAddress[]> {
  if (nameservers.length === 0) return resolvConf ? readResolvers(resolvConf) : [];
  return nameservers.map((text) => {
    const resolver = parseResolver(text);
    if (!resolver) throw new ConfigError(`--nameservers: Invalid value: "${text}": must be IP or IP:port`);
    return resolver;
  });
}

/** The simplest loop, which needs no request to be seen; the others are found by LoopGuard. */
function withoutOurselves(resolvers: readonly ResolverAddress[], { dnsBindAddress, dnsPort }: DnsFlags['dns']): ResolverAddress[] {
  return resolvers.filter(({ host, port }) => host !== dnsBindAddress || port !== dnsPort);
}

function endpoint(flag: string, text: string): HostPort | undefined {
  if (text === '') return undefined;
  const address = parseHostPort(text);
  if (!address) throw new ConfigError(`${flag}: Invalid value: "${text}": must be IP:port`);
  return address;
}
