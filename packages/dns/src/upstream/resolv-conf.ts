import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** Where a resolver listens. */
export interface ResolverAddress {
  readonly host: string;
  readonly port: number;
}

const DNS_PORT = 53;
/** As CoreDNS: more are refused there. */
const MAX_RESOLVERS = 15;

/** The name servers of a resolv.conf, in its order. Rejects with the system's error. */
export async function readResolvers(path: string): Promise<ResolverAddress[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const hosts = lines.filter(([keyword]) => keyword === 'nameserver').map(([, host = '']) => host);
  return hosts.filter((host) => isIP(host.replace(/%.*$/, ''))).map((host) => ({ host, port: DNS_PORT })).slice(0, MAX_RESOLVERS);
}

/** Reads `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:5353`. Undefined for anything else. */
export function parseResolver(text: string): ResolverAddress | undefined {
  if (isIP(text)) return { host: text, port: DNS_PORT };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  return isIP(host) && Number(port) > 0 && Number(port) < 65_536 ? { host, port: Number(port) } : undefined;
}
