import { FieldPath, forbidden, invalid, isDNS1123Subdomain, required, type FieldError } from '@typekube/apimachinery';
import { invalidEach, isMissing, validateEnum, validateQualifiedNameField } from '../../../shared/fields/field-rules';
import { parseIp } from '../../../shared/ip/address';
import { validateLegacyCidr, validateLegacyIp } from '../../../shared/ip/validate';
import type { corev1 } from '../../../types';

const SPEC = FieldPath.of('spec');
const SOURCE_RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

export function validateLoadBalancerFields(service: corev1.Service, old?: corev1.Service): FieldError[] {
  const { type, allocateLoadBalancerNodePorts } = service.spec ?? {};
  const errors = validateSourceRanges(service, old);
  if (type !== 'LoadBalancer' && allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden(SPEC.child('allocateLoadBalancerNodePorts'), ONLY_LOAD_BALANCER));
  }
  if (type === 'LoadBalancer' && allocateLoadBalancerNodePorts === undefined) {
    errors.push(required(FieldPath.of('allocateLoadBalancerNodePorts')));
  }
  return errors;
}

/** Who may reach the load balancer: the field, or else the annotation. Values may be padded with spaces. */
function validateSourceRanges(service: corev1.Service, old?: corev1.Service): FieldError[] {
  const isLoadBalancer = service.spec?.type === 'LoadBalancer';
  const ranges = service.spec?.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) {
    const path = SPEC.child('LoadBalancerSourceRanges');
    const existing = (old?.spec?.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    const misplaced = isLoadBalancer ? [] : [forbidden(path, ONLY_LOAD_BALANCER)];
    return [...misplaced, ...ranges.flatMap((range, i) => validateLegacyCidr(range.trim(), path.index(i), existing))];
  }
  const annotation = service.metadata.annotations?.[SOURCE_RANGES_ANNOTATION];
  if (annotation === undefined) return [];
  const path = FieldPath.of('metadata', 'annotations').key(SOURCE_RANGES_ANNOTATION);
  const misplaced = isLoadBalancer ? [] : [forbidden(path, ONLY_LOAD_BALANCER)];
  const existing = splitRanges(old?.metadata.annotations?.[SOURCE_RANGES_ANNOTATION] ?? '');
  return [...misplaced, ...splitRanges(annotation).flatMap((range) => validateLegacyCidr(range, path, existing))];
}

function splitRanges(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((range) => range.trim());
}

export function validateLoadBalancerClass({ type, loadBalancerClass }: corev1.ServiceSpec): FieldError[] {
  if (loadBalancerClass === undefined) return [];
  const path = SPEC.child('loadBalancerClass');
  return type === 'LoadBalancer' ? validateQualifiedNameField(loadBalancerClass, path) : [forbidden(path, ONLY_LOAD_BALANCER)];
}

/** The class may not change while the service is a load balancer; the format is checked here too, as upstream does. */
export function validateLoadBalancerClassUpdate(spec: corev1.ServiceSpec, old: corev1.ServiceSpec): FieldError[] {
  const stays = spec.type === 'LoadBalancer' && old.type === 'LoadBalancer';
  const errors = validateLoadBalancerClass(spec);
  if (!stays || spec.loadBalancerClass === old.loadBalancerClass) return errors;
  return [invalid(SPEC.child('loadBalancerClass'), spec.loadBalancerClass, 'may not change once set'), ...errors];
}

/** The status of a service: where its load balancer answers. */
export function validateLoadBalancerStatus(service: corev1.Service, old?: corev1.Service): FieldError[] {
  const path = FieldPath.of('status', 'loadBalancer', 'ingress');
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (service.spec?.type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const existing = (old?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  return ingress.flatMap((point, i) => validateIngressPoint(point, path.index(i), existing));
}

function validateIngressPoint(point: corev1.LoadBalancerIngress, path: FieldPath, existing: readonly string[]): FieldError[] {
  const { ip, ipMode, hostname } = point;
  const errors = isMissing(ip) ? [] : validateLegacyIp(ip, path.child('ip'), existing);
  const modePath = path.child('ipMode');
  if (ipMode === undefined) {
    if (!isMissing(ip)) errors.push(required(modePath, 'must be specified when `ip` is set'));
  } else if (isMissing(ip)) {
    errors.push(forbidden(modePath, 'may not be specified when `ip` is not set'));
  } else {
    errors.push(...validateEnum(ipMode, modePath, ['Proxy', 'VIP']));
  }
  if (!isMissing(hostname)) errors.push(...validateHostname(hostname, path.child('hostname')));
  return errors;
}

/** A DNS name and no address, as load balancers report it. */
export function validateHostname(hostname: string, path: FieldPath): FieldError[] {
  const errors = invalidEach(path, hostname, isDNS1123Subdomain(hostname));
  if (parseIp(hostname)) errors.push(invalid(path, hostname, 'must be a DNS name, not an IP address'));
  return errors;
}
