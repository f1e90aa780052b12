import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** Where a request comes from: what proxies say, then the address of the connection, which nobody can make up (upstream's SourceIPs). */
export function sourceIps(headers: IncomingHttpHeaders, remoteAddress: string | undefined): string[] {
  const remote = (remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  const forwarded = headers['x-forwarded-for'];
  const real = headers['x-real-ip'];
  if (forwarded === undefined && real === undefined) return remote ? [remote] : [];
  const ips = String(forwarded ?? '').split(',').map((part) => part.trim()).filter((part) => isIP(part));
  if (typeof real === 'string' && isIP(real.trim()) && !ips.includes(real.trim())) ips.push(real.trim());
  if (remote && ips.at(-1) !== remote) ips.push(remote);
  return ips;
}
