import { newQuantity } from '@typekube/apimachinery';
import type { corev1 } from '../types';
import { objectCountName, ONE } from './count-evaluator';
import type { QuotaEvaluator } from './evaluator';

const COUNT = objectCountName('', 'services');
const RESOURCES: ReadonlySet<string> = new Set([COUNT, 'services', 'services.nodeports', 'services.loadbalancers']);
const NONE = newQuantity(0, 'DecimalSI');

/** Counts services, load balancers and node ports. */
export const serviceEvaluator: QuotaEvaluator = {
  group: '',
  plural: 'services',
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  matchingResources: (names) => names.filter((name) => RESOURCES.has(name)),
  matchesScope: () => false,
  usage(object) {
    const { spec } = object as corev1.Service;
    return new Map([
      [COUNT, ONE],
      ['services', ONE],
      ['services.loadbalancers', spec?.type === 'LoadBalancer' ? ONE : NONE],
      ['services.nodeports', newQuantity(nodePorts(spec), 'DecimalSI')],
    ]);
  },
};

/** Ports are not allocated yet when a service is judged: what counts is what it will get. */
function nodePorts(spec: corev1.ServiceSpec | undefined): number {
  const ports = spec?.ports ?? [];
  if (spec?.type === 'NodePort') return ports.length;
  if (spec?.type !== 'LoadBalancer') return 0;
  return spec.allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort).length : ports.length;
}
