import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { networkingv1 } from '../../../types';
import { loadBalancerAddresses } from '../../../shared/columns/load-balancer';

export const table = defineTable<networkingv1.Ingress>(
  nameColumn,
  text(
    'Class',
    'The name of the IngressClass resource that should be used for additional configuration',
    ({ spec }) => spec?.ingressClassName ?? '<none>',
  ),
  text(
    'Hosts',
    'Hosts that incoming requests are matched against before the ingress rule',
    ({ spec }) => hostsText(spec?.rules ?? []),
  ),
  text(
    'Address',
    'Address is a list containing ingress points for the load-balancer',
    ({ status }) => loadBalancerAddresses(status?.loadBalancer?.ingress).join(','),
  ),
  text('Ports', 'Ports of TLS configurations that open', ({ spec }) => (spec?.tls?.length ? '80, 443' : '80')),
  ageColumn,
);

const HOSTS_SHOWN = 3;

/** The first three hosts, and how many rules there are beyond three, be they of a host or not (upstream's formatHosts). */
function hostsText(rules: readonly networkingv1.IngressRule[]): string {
  const hosts: string[] = [];
  for (const { host } of rules) {
    if (hosts.length === HOSTS_SHOWN) return `${hosts.join(',')} + ${rules.length - HOSTS_SHOWN} more...`;
    if (host) hosts.push(host);
  }
  return hosts.join(',') || '*';
}
