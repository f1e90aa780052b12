import { type corev1 } from '@typekube/api';
import { type Families, initIpFamilies } from './ip-families';

type Spec = corev1.ServiceSpec;

const SINGLE: Families = ['IPv4'];
const DUAL: Families = ['IPv4', 'IPv6'];
const selector = { app: 'a' };

function init(spec: Spec, families: Families, old?: Spec): Spec {
  const full: Spec = { type: 'ClusterIP', selector, ...spec };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
  initIpFamilies(service, full, old && { type: 'ClusterIP', selector, ...old }, families);
  return full;
}

it.each<[what: string, spec: Spec, families: Families, old: Spec | undefined, policy: string | undefined, chosen: string[] | undefined]>([
  ['nothing said', {}, DUAL, undefined, 'SingleStack', ['IPv4']],
  ['the second family', { ipFamilies: ['IPv6'] }, DUAL, undefined, 'SingleStack', ['IPv6']],
  ['an address', { clusterIP: 'fd00::1', clusterIPs: ['fd00::1'] }, DUAL, undefined, 'SingleStack', ['IPv6']],
  ['preferring two, having one', { ipFamilyPolicy: 'PreferDualStack' }, SINGLE, undefined, 'PreferDualStack', ['IPv4']],
  ['preferring two', { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6'] }, DUAL, undefined, 'PreferDualStack', ['IPv6', 'IPv4']],
  ['an external name', { type: 'ExternalName' }, DUAL, undefined, undefined, undefined],
  ['headless, selectorless', { clusterIP: 'None', clusterIPs: ['None'], selector: {} }, SINGLE, undefined, 'RequireDualStack', ['IPv4', 'IPv6']],
  ['headless, selectorless, one family',
    { clusterIP: 'None', clusterIPs: ['None'], selector: {}, ipFamilyPolicy: 'SingleStack' }, SINGLE, undefined, 'SingleStack', ['IPv4']],
  ['headless', { clusterIP: 'None', clusterIPs: ['None'] }, DUAL, undefined, 'SingleStack', ['IPv4']],
  ['an update that says no policy', { ipFamilies: ['IPv4'] }, DUAL, { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] },
    'PreferDualStack', ['IPv4', 'IPv6']],
  ['unchanged where the cluster has got a second family', { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] }, DUAL,
    { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] }, 'PreferDualStack', ['IPv4']],
  ['released by the policy', { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4', 'IPv6'] }, DUAL,
    { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] }, 'SingleStack', ['IPv4']],
])('%s', (_, spec, families, old, policy, chosen) => {
  const { ipFamilyPolicy, ipFamilies } = init(spec, families, old);
  expect([ipFamilyPolicy, ipFamilies]).toEqual([policy, chosen]);
});

it.each<[what: string, spec: Spec, families: Families, old: Spec | undefined, message: string]>([
  ['two families with a policy of one', { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4', 'IPv6'] }, DUAL, undefined,
    "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"],
  ['requiring what the cluster lacks', { ipFamilyPolicy: 'RequireDualStack' }, SINGLE, undefined,
    'this cluster is not configured for dual-stack services'],
  ['a family that the cluster lacks', { ipFamilies: ['IPv6'] }, SINGLE, undefined, 'not configured on this cluster'],
  ['losing a family without saying so', { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4'] }, DUAL,
    { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] }, "must be 'SingleStack' to release the secondary IP family"],
  ['an address of another family', { clusterIP: 'fd00::1', clusterIPs: ['fd00::1'], ipFamilies: ['IPv4'] }, DUAL, undefined,
    'expected an IPv4 value as indicated by `ipFamilies[0]`'],
])('refuses %s', (_, spec, families, old, message) => {
  expect(() => init(spec, families, old)).toThrow(message);
});
