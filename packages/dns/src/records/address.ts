import { isIP, SocketAddress } from 'node:net';

/** An IPv6 address may be written in many ways; this is the one under which addresses are compared. */
export function canonicalAddress(text: string): string {
  return isIP(text) === 6 ? new SocketAddress({ address: text, family: 'ipv6' }).address : text;
}

/** The address whose name is asked for by `4.3.2.1.in-addr.arpa` or 32 nibbles of `ip6.arpa`. */
export function addressOfReverseName(labels: readonly string[]): string | undefined {
  const [arpa, family, ...parts] = [...labels].reverse();
  if (arpa !== 'arpa') return undefined;
  if (family === 'in-addr' && parts.length === 4) return addressOf(parts.join('.'));
  if (family !== 'ip6' || parts.length !== 32 || !parts.every((part) => /^[0-9a-f]$/.test(part))) return undefined;
  return addressOf((parts.join('').match(/.{4}/g) ?? []).join(':'));
}

/** The address in the first label of a pod's name: `10-244-0-5`, `fd00--1`. */
export function addressOfPodName(name: string): string | undefined {
  const isV4 = name.split('-').length === 4 && !name.includes('--');
  return addressOf(name.replaceAll('-', isV4 ? '.' : ':'));
}

function addressOf(text: string): string | undefined {
  return isIP(text) ? canonicalAddress(text) : undefined;
}
