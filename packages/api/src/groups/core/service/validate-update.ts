import { FieldPath, invalid, type FieldError } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { isHeadless } from './service-kind';
import { validateService } from './validate';
import { validateLoadBalancerClassUpdate } from './validate-load-balancer';
import { validateHealthCheckNodePortUpdate } from './validate-traffic';

const ONCE = 'may not change once set';
const SPEC = FieldPath.of('spec');

/** A second cluster IP and family may be added or released; the first stays, save from and to ExternalName. */
export function validateServiceUpdate(service: corev1.Service, old: corev1.Service): FieldError[] {
  const { spec = {} } = service;
  const oldSpec = old.spec ?? {};
  return [
    ...validateClusterIpsChange(spec, oldSpec),
    ...validateFamiliesChange(spec, oldSpec),
    ...validateLoadBalancerClassUpdate(spec, oldSpec),
    ...validateHealthCheckNodePortUpdate(spec, oldSpec),
    ...validateService(service, old),
  ];
}

function validateClusterIpsChange(spec: corev1.ServiceSpec, old: corev1.ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (isHeadless(spec) && isHeadless(old)) return [];
  const path = SPEC.child('clusterIPs');
  const now = spec.clusterIPs ?? [];
  const before = old.clusterIPs ?? [];
  if (now.length === before.length) {
    return before.flatMap((ip, i) => (ip === now[i] ? [] : [invalid(path.index(i), now, ONCE)]));
  }
  const errors: FieldError[] = [];
  if (now.length === 0) errors.push(invalid(path.index(0), now, 'primary clusterIP can not be unset'));
  if (now.length > 0 && before.length > 0 && now[0] !== before[0]) errors.push(invalid(path.index(0), now, ONCE));
  if (now.length < before.length && now.length === 1) errors.push(...validateRelease(spec, 'clusterIP'));
  return errors;
}

function validateFamiliesChange(spec: corev1.ServiceSpec, old: corev1.ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (isHeadless(spec) || isHeadless(old)) return [];
  const first = SPEC.child('ipFamilies').index(0);
  const now = spec.ipFamilies ?? [];
  const before = old.ipFamilies ?? [];
  if (now.length === before.length) return before.flatMap((family, i) => (family === now[i] ? [] : [invalid(first, now, ONCE)]));
  const errors: FieldError[] = [];
  const released = now.length < before.length;
  if (released && !spec.clusterIPs?.length) errors.push(invalid(first, now, 'primary ipFamily can not be unset'));
  if (now.length > 0 && before.length > 0 && now[0] !== before[0]) errors.push(invalid(first, spec.clusterIPs, ONCE));
  if (released && now.length === 1) errors.push(...validateRelease(spec, 'ipFamily'));
  return errors;
}

function validateRelease({ ipFamilyPolicy }: corev1.ServiceSpec, what: string): FieldError[] {
  if (ipFamilyPolicy === 'SingleStack') return [];
  const detail = `must be set to 'SingleStack' when releasing the secondary ${what}`;
  return [invalid(SPEC.child('ipFamilyPolicy'), ipFamilyPolicy, detail)];
}
