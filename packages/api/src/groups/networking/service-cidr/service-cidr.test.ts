import { fieldErrorMessage } from '@typekube/apimachinery';
import type { networkingv1 } from '../../../types';
import { validateServiceCidr, validateServiceCidrUpdate } from './validate';

const V4 = '10.0.0.0/24';
const V6 = '2001:db8::/64';
const serviceCidr = (...cidrs: string[]): networkingv1.ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'a' }, spec: { cidrs },
});

it.each<[string[], string[]]>([
  [[V4], []],
  [[V6, V4], []],
  [[], ['spec.cidrs: Required value: at least one CIDR required']],
  [[V4, V6, V4], [`spec.cidrs: Invalid value: {"cidrs":["${V4}","${V6}","${V4}"]}: may only hold up to 2 values`]],
  [['x'], ['spec.cidrs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
  [[V4, '10.1.0.0/24'], [
    `spec.cidrs: Invalid value: ["${V4}","10.1.0.0/24"]: ` +
      'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64']],
])('validates %j', (cidrs, errors) => {
  expect(validateServiceCidr(serviceCidr(...cidrs)).map(fieldErrorMessage)).toEqual(errors);
});

it.each<[string[], string[], string[]]>([
  [[V4], [V4], []],
  [[V4], [V4, V6], []],
  [[V4], [V6], [`spec.cidrs[0]: Invalid value: "${V6}": field is immutable`]],
  [[V4], [V6, V4], [`spec.cidrs[0]: Invalid value: "${V6}": field is immutable`]],
  [[V4, V6], [V4], [`spec.cidrs: Invalid value: ["${V4}"]: field is immutable`]],
])('from %j to %j', (old, updated, errors) => {
  expect(validateServiceCidrUpdate(serviceCidr(...updated), serviceCidr(...old)).map(fieldErrorMessage)).toEqual(errors);
});
