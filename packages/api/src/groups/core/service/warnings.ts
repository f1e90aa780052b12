import { FieldPath } from '@typekube/apimachinery';
import { warningsForCidr, warningsForIp } from '../../../shared/ip/warnings';
import type { corev1 } from '../../../types';

const SPEC = FieldPath.of('spec');
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

/** As GetWarningsForService, in its order. */
export function serviceWarnings({ metadata, spec = {} }: corev1.Service): string[] {
  const warnings: string[] = [];
  if (metadata.annotations?.[TOPOLOGY_HINTS] !== undefined) {
    warnings.push(`annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`);
  }
  if (spec.clusterIP && spec.clusterIP !== 'None')
    warnings.push(...warningsForEach(spec.clusterIPs, 'clusterIPs', warningsForIp));
  const headless = spec.type === 'ClusterIP' && spec.clusterIP === 'None';
  if (headless) warnings.push(...headlessWarnings(spec));
  warnings.push(...warningsForEach(spec.externalIPs, 'externalIPs', warningsForIp));
  const hasExternalIps = Boolean(spec.externalIPs?.length);
  if (hasExternalIps && !headless && spec.type !== 'ExternalName') {
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (spec.loadBalancerIP) warnings.push(...warningsForIp(spec.loadBalancerIP, SPEC.child('loadBalancerIP')));
  warnings.push(...warningsForEach(spec.loadBalancerSourceRanges, 'loadBalancerSourceRanges', warningsForCidr));
  if (hasExternalIps && spec.type === 'ExternalName') {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (spec.externalName && spec.type !== 'ExternalName') {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === 'PreferClose') {
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}

/** Of a write of the status. */
export function loadBalancerStatusWarnings({ status }: corev1.Service): string[] {
  const path = FieldPath.of('status', 'loadBalancer', 'ingress');
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) => (ip ? warningsForIp(ip, path.index(i)) : []));
}

function headlessWarnings(spec: corev1.ServiceSpec): string[] {
  const warnings: string[] = [];
  if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services');
  if (spec.externalIPs?.length) warnings.push('spec.externalIPs is ignored for headless services');
  if (spec.sessionAffinity !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services');
  return warnings;
}

function warningsForEach(
  values: readonly string[] | undefined,
  field: string,
  check: (value: string, path: FieldPath) => string[],
): string[] {
  return (values ?? []).flatMap((value, i) => check(value, SPEC.child(field).index(i)));
}
