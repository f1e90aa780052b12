import { formatIp, parseCidr, parseIp } from '@typekube/api';

/** The families of the API: `ipFamilies` of a Service, `addressType` of an EndpointSlice. */
export type IpFamily = 'IPv4' | 'IPv6';

export const IP_FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** The family of an address, or undefined for what is none. */
export function familyOfIp(text: string): IpFamily | undefined {
  const ip = parseIp(text);
  return ip && (ip.family === 4 ? 'IPv4' : 'IPv6');
}

/** The addresses of that family in canonical form. Others, and what is no address, are left out. */
export function ipsOfFamily(texts: readonly string[], family: IpFamily): string[] {
  return texts.flatMap((text) => {
    const ip = parseIp(text.trim());
    return ip && familyOfIp(text.trim()) === family ? [formatIp(ip)] : [];
  });
}

/** The networks of that family, as they are written. */
export function cidrsOfFamily(texts: readonly string[], family: IpFamily): string[] {
  return texts.flatMap((text) => {
    const cidr = parseCidr(text.trim());
    return cidr && (cidr.ip.family === 4) === (family === 'IPv4') ? [text.trim()] : [];
  });
}

/** `10.0.0.1:80`, `[fd00::1]:80`. */
export function joinHostPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
