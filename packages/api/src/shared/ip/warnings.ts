import type { FieldPath } from '@typekube/apimachinery';
import { formatIp, parseIp } from './address';
import { formatNetwork, networkAddress, parseCidr } from './cidr';

/** Warnings for an address in a form that is accepted but not canonical (GetWarningsForIP); none for what is no address. */
export function warningsForIp(value: string, path: FieldPath): string[] {
  const ip = parseIp(value);
  if (!ip) return [];
  const canonical = JSON.stringify(formatIp(ip));
  const quoted = JSON.stringify(value);
  if (ip.hasLeadingZeros || ip.mapped) {
    return [
      `${path}: non-standard IP address ${quoted} will be considered invalid in a future Kubernetes release: use ${canonical}`,
    ];
  }
  if (ip.family === 6 && canonical !== quoted) {
    return [`${path}: IPv6 address ${quoted} should be in RFC 5952 canonical format (${canonical})`];
  }
  return [];
}

/** The same for a network (GetWarningsForCIDR). */
export function warningsForCidr(value: string, path: FieldPath): string[] {
  const cidr = parseCidr(value);
  if (!cidr) return [];
  const quoted = JSON.stringify(value);
  const network = JSON.stringify(formatNetwork(cidr));
  const warnings: string[] = [];
  if (formatIp(networkAddress(cidr)) !== formatIp(cidr.ip)) {
    const single = JSON.stringify(`${formatIp(cidr.ip)}/${cidr.bits}`);
    warnings.push(`${path}: CIDR value ${quoted} is ambiguous in this context (should be ${network} or ${single}?)`);
  }
  if (cidr.ip.hasLeadingZeros || cidr.prefixHasLeadingZeros || cidr.ip.mapped) {
    warnings.push(
      `${path}: non-standard CIDR value ${quoted} will be considered invalid in a future Kubernetes release: use ${network}`,
    );
  }
  if (warnings.length === 0 && cidr.ip.family === 6 && network !== quoted) {
    warnings.push(`${path}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format (${network})`);
  }
  return warnings;
}
