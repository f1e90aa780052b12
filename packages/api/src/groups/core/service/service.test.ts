import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateService } from './validate';
import { validateLoadBalancerStatus } from './validate-load-balancer';

type Spec = corev1.ServiceSpec;

function service(spec: Spec = {}, metadata: corev1.Service['metadata'] = { name: 'a' }): corev1.Service {
  const object: corev1.Service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }], ...spec } };
  setDefaults(object);
  return object;
}

const errorsOf = (object: corev1.Service): string[] => validateService(object).map(fieldErrorMessage);

describe('validateService', () => {
  it.each<[string, Spec, string[]]>([
    ['a plain one', {}, []],
    ['one with an address', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] }, []],
    ['no ports', { ports: [] }, ['spec.ports: Required value']],
    ['a headless one without ports', { ports: [], clusterIP: 'None', clusterIPs: ['None'] }, []],
    [
      'an unknown type',
      { type: 'Foo' },
      ['spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
    ],
    [
      'ports without names',
      { ports: [{ port: 80 }, { port: 81 }] },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'a name twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 81 },
        ],
      },
      ['spec.ports[1].name: Duplicate value: "a"'],
    ],
    [
      'a port twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
      ['spec.ports[1]: Duplicate value: {"protocol":"TCP","port":80}'],
    ],
    [
      'a port too high',
      { ports: [{ port: 65536, targetPort: 80 }] },
      ['spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive'],
    ],
    [
      'a bad target port',
      { ports: [{ port: 80, targetPort: '-x' }] },
      [expect.stringContaining('spec.ports[0].targetPort: Invalid value: "-x"')],
    ],
    [
      'a node port of a cluster IP',
      { ports: [{ port: 80, nodePort: 30000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'a node port twice',
      {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, nodePort: 30000 },
          { name: 'b', port: 81, nodePort: 30000 },
        ],
      },
      ['spec.ports[1].nodePort: Duplicate value: 30000'],
    ],
    [
      'a headless node port',
      { type: 'NodePort', clusterIP: 'None', clusterIPs: ['None'] },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services'],
    ],
    ['an external name', { type: 'ExternalName', externalName: 'example.com.', ports: [] }, []],
    [
      'an external name with addresses',
      { type: 'ExternalName', clusterIPs: ['None'], ipFamilyPolicy: 'SingleStack', ports: [] },
      [
        'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
        'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services',
        'spec.externalName: Required value',
      ],
    ],
    ['an external IP', { externalIPs: ['1.2.3.4'] }, []],
    [
      'a local external IP',
      { externalIPs: ['169.254.1.1'] },
      ['spec.externalIPs[0]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
    ],
    [
      'a bad affinity',
      { sessionAffinity: 'Foo' },
      ['spec.sessionAffinity: Unsupported value: "Foo": supported values: "ClientIP", "None"'],
    ],
    [
      'a long affinity',
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } } },
      ['spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400'],
    ],
    [
      'an external policy without need',
      { externalTrafficPolicy: 'Local' },
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      'a local load balancer without health port',
      { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
      ['spec.healthCheckNodePort: Required value'],
    ],
    [
      'a health port without need',
      { healthCheckNodePort: 30000 },
      [
        "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ],
    ],
    ['source ranges', { type: 'LoadBalancer', loadBalancerSourceRanges: [' 10.0.0.0/8 '] }, []],
    [
      'source ranges without load balancer',
      { loadBalancerSourceRanges: ['10.0.0.0/8'] },
      ["spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [
      'a load balancer class without load balancer',
      { loadBalancerClass: 'a/b' },
      ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [
      'node port allocation without load balancer',
      { allocateLoadBalancerNodePorts: true },
      ["spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    ['a traffic distribution', { trafficDistribution: 'PreferSameNode' }, []],
    [
      'an unknown traffic distribution',
      { trafficDistribution: 'Foo' },
      ['spec.trafficDistribution: Unsupported value: "Foo": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"'],
    ],
    [
      'an unknown internal policy',
      { internalTrafficPolicy: 'Foo' },
      ['spec.internalTrafficPolicy: Unsupported value: "Foo": supported values: "Cluster", "Local"'],
    ],
  ])('of %s', (_, spec, errors) => {
    expect(errorsOf(service(spec))).toEqual(errors);
  });

  it.each<[string, Spec, string[]]>([
    ['an address in one field', { clusterIP: '10.0.0.1' }, ['spec.clusterIPs: Required value']],
    [
      'addresses in the other field',
      { clusterIPs: ['10.0.0.1'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.1"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      'fields that differ',
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`'],
    ],
    [
      'two of one family',
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family'],
    ],
    [
      'None among others',
      { clusterIP: 'None', clusterIPs: ['None', '10.0.0.2'] },
      ['spec.clusterIPs: Invalid value: ["None","10.0.0.2"]: \'None\' must be the first and only value'],
    ],
    [
      'an address of the other family',
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv6'] },
      ['spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ],
    ['a family twice', { ipFamilies: ['IPv4', 'IPv4'] }, ['spec.ipFamilies[1]: Duplicate value: "IPv4"']],
    [
      'an unknown policy',
      { ipFamilyPolicy: 'Foo' },
      ['spec.ipFamilyPolicy: Unsupported value: "Foo": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"'],
    ],
    [
      'no address at all',
      { clusterIP: 'x', clusterIPs: ['x'] },
      ['spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
  ])('of cluster IPs: %s', (_, spec, errors) => {
    expect(errorsOf(service(spec))).toEqual(errors);
  });

  it('wants the topology annotations to agree', () => {
    const annotations = { 'service.kubernetes.io/topology-mode': 'Auto', 'service.kubernetes.io/topology-aware-hints': 'Off' };
    expect(errorsOf(service({}, { name: 'a', annotations }))).toEqual([
      'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": ' +
        'must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
    ]);
  });
});

describe('setDefaults', () => {
  it.each<[string, Spec, Spec]>([
    [
      'nothing',
      {},
      {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
    ],
    ['a load balancer', { type: 'LoadBalancer' }, { externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true }],
    ['external IPs', { externalIPs: ['1.2.3.4'] }, { externalTrafficPolicy: 'Cluster' }],
    ['client affinity', { sessionAffinity: 'ClientIP' }, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } }],
  ])('of %s', (_, spec, expected) => {
    expect(service(spec).spec).toMatchObject(expected);
  });
});

describe('validateLoadBalancerStatus', () => {
  const withIngress = (type: string, ingress: corev1.LoadBalancerIngress): corev1.Service => ({
    ...service({ type }),
    status: { loadBalancer: { ingress: [ingress] } },
  });
  const AT = 'status.loadBalancer.ingress[0]';
  it.each<[string, corev1.Service, string[]]>([
    ['an address', withIngress('LoadBalancer', { ip: '1.2.3.4', ipMode: 'VIP' }), []],
    [
      'another type',
      withIngress('ClusterIP', { ip: '1.2.3.4', ipMode: 'VIP' }),
      ["status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"],
    ],
    [
      'no mode',
      withIngress('LoadBalancer', { ip: '1.2.3.4' }),
      [`${AT}.ipMode: Required value: must be specified when \`ip\` is set`],
    ],
    [
      'a mode alone',
      withIngress('LoadBalancer', { ipMode: 'VIP' }),
      [`${AT}.ipMode: Forbidden: may not be specified when \`ip\` is not set`],
    ],
    [
      'an address as name',
      withIngress('LoadBalancer', { hostname: '1.2.3.4' }),
      [`${AT}.hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address`],
    ],
  ])('of %s', (_, object, errors) => {
    expect(validateLoadBalancerStatus(object).map(fieldErrorMessage)).toEqual(errors);
  });
});
