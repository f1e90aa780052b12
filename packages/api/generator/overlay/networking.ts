import type { Overlay } from './overlay';

export const networking: Overlay = {
  HTTPIngressRuleValue: { paths: 'list=atomic' },
  IPBlock: { except: 'list=atomic' },
  IngressLoadBalancerIngress: { ports: 'list=atomic' },
  IngressLoadBalancerStatus: { ingress: 'list=atomic' },
  IngressSpec: { rules: 'list=atomic', tls: 'list=atomic' },
  IngressTLS: { hosts: 'list=atomic' },
  NetworkPolicyEgressRule: { ports: 'list=atomic', to: 'list=atomic' },
  NetworkPolicyIngressRule: { from: 'list=atomic', ports: 'list=atomic' },
  NetworkPolicySpec: { egress: 'list=atomic', ingress: 'list=atomic', policyTypes: 'list=atomic' },
  ServiceBackendPort: { '.': 'map=atomic' },
  ServiceCIDRSpec: { cidrs: 'list=atomic' },
  ServiceCIDRStatus: { conditions: 'list=map(type) patch=merge(type)' },
};
