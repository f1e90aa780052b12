import {
  duplicate,
  FieldPath,
  forbidden,
  invalid,
  isDNS1123Subdomain,
  required,
  validateLabels,
  type FieldError,
} from '@typekube/apimachinery';
import { invalidEach, isMissing, validateEnum, validateRequiredEnum } from '../../../shared/fields/field-rules';
import { validateLegacyIp, validateNonSpecialIp } from '../../../shared/ip/validate';
import type { corev1 } from '../../../types';
import { isHeadless } from './service-kind';
import { validateClusterIps } from './validate-cluster-ips';
import { validateLoadBalancerClass, validateLoadBalancerFields } from './validate-load-balancer';
import { validatePorts } from './validate-ports';
import { validateSessionAffinity } from './validate-session-affinity';
import { validateExternalTrafficPolicy, validateInternalTrafficPolicy } from './validate-traffic';

const SPEC = FieldPath.of('spec');
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'] as const;
const TRAFFIC_DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'] as const;
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

/**
 * Cluster IPs and node ports have been allocated before (as upstream does), so that a health check port that is needed is there.
 * `old` is the stored service on an update: its addresses stay valid in whatever form they have.
 */
export function validateService(service: corev1.Service, old?: corev1.Service): FieldError[] {
  const { spec = {} } = service;
  return [
    ...validateTopologyAnnotations(service),
    ...validateTypeNeeds(spec),
    ...validatePorts(spec),
    ...(spec.selector ? validateLabels(spec.selector, SPEC.child('selector')) : []),
    ...validateSessionAffinity(spec),
    ...validateClusterIps(spec, old?.spec),
    ...validateExternalIps(spec, old?.spec?.externalIPs),
    ...validateRequiredEnum(spec.type, SPEC.child('type'), TYPES),
    ...validateClusterIpNodePorts(spec),
    ...validateDuplicates(spec),
    ...validateLoadBalancerFields(service, old),
    ...validateLoadBalancerClass(spec),
    ...validateExternalTrafficPolicy(spec),
    ...validateInternalTrafficPolicy(spec),
    ...validateTrafficDistribution(spec),
  ];
}

function validateTopologyAnnotations({ metadata }: corev1.Service): FieldError[] {
  const mode = metadata.annotations?.[TOPOLOGY_MODE];
  const hints = metadata.annotations?.[TOPOLOGY_HINTS];
  if (mode === undefined || hints === undefined || mode === hints) return [];
  const path = FieldPath.of('metadata', 'annotations').key(TOPOLOGY_MODE);
  return [invalid(path, mode, `must match annotations[${TOPOLOGY_HINTS}] when both are specified`)];
}

/** What each type must and may not have. */
function validateTypeNeeds(spec: corev1.ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.ports?.length && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required(SPEC.child('ports')));
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && isHeadless(spec)) {
    errors.push(invalid(SPEC.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type === 'ExternalName') errors.push(...validateExternalName(spec));
  return errors;
}

function validateExternalName(spec: corev1.ServiceSpec): FieldError[] {
  const set = {
    clusterIPs: Boolean(spec.clusterIPs?.length),
    ipFamilies: Boolean(spec.ipFamilies?.length),
    ipFamilyPolicy: spec.ipFamilyPolicy !== undefined,
  };
  const errors = Object.entries(set)
    .filter(([, isSet]) => isSet)
    .map(([field]) => forbidden(SPEC.child(field), 'may not be set for ExternalName services'));
  const path = SPEC.child('externalName');
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return [...errors, ...(name === '' ? [required(path)] : invalidEach(path, name, isDNS1123Subdomain(name)))];
}

function validateExternalIps(spec: corev1.ServiceSpec, existing: readonly string[] | undefined): FieldError[] {
  return (spec.externalIPs ?? []).flatMap((ip, i) => {
    const path = SPEC.child('externalIPs').index(i);
    const errors = validateLegacyIp(ip, path, existing);
    return errors.length > 0 ? errors : validateNonSpecialIp(ip, path);
  });
}

function validateClusterIpNodePorts({ type, ports = [] }: corev1.ServiceSpec): FieldError[] {
  if (type !== 'ClusterIP') return [];
  return ports.flatMap(({ nodePort }, i) =>
    nodePort ? [forbidden(SPEC.child('ports').index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'")] : [],
  );
}

/** Each protocol has a port, and a node port, once. */
function validateDuplicates({ ports = [] }: corev1.ServiceSpec): FieldError[] {
  const path = SPEC.child('ports');
  const nodePorts = repeated(ports, ({ protocol, nodePort }) => nodePort && `${protocol}/${nodePort}`).map(({ port, at }) =>
    duplicate(path.index(at).child('nodePort'), port.nodePort),
  );
  const portNumbers = repeated(ports, ({ protocol, port }) => `${protocol}/${port}`).map(({ port: { protocol, port }, at }) =>
    duplicate(path.index(at), { protocol, port }),
  );
  return [...nodePorts, ...portNumbers];
}

function repeated(
  ports: readonly corev1.ServicePort[],
  keyOf: (port: corev1.ServicePort) => string | number | undefined,
): { port: corev1.ServicePort; at: number }[] {
  const seen = new Set<string | number>();
  return ports.flatMap((port, at) => {
    const key = keyOf(port);
    if (!key) return [];
    if (seen.has(key)) return [{ port, at }];
    seen.add(key);
    return [];
  });
}

function validateTrafficDistribution({ trafficDistribution }: corev1.ServiceSpec): FieldError[] {
  if (isMissing(trafficDistribution)) return [];
  return validateEnum(trafficDistribution, SPEC.child('trafficDistribution'), TRAFFIC_DISTRIBUTIONS);
}
