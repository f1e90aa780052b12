import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { statusStrategy, strategy } from './strategy';
import { validateServiceUpdate } from './validate-update';
import { serviceWarnings } from './warnings';

type Spec = corev1.ServiceSpec;
const context = { user: { name: 'u', groups: [] }, now: new Date(0) };

function service(spec: Spec): corev1.Service {
  const object: corev1.Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a' },
    spec: { ports: [{ port: 80 }], ...spec },
  };
  setDefaults(object);
  return object;
}

const one: Spec = { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
const both: Spec = {
  clusterIP: '10.0.0.1',
  clusterIPs: ['10.0.0.1', 'fd00::1'],
  ipFamilies: ['IPv4', 'IPv6'],
  ipFamilyPolicy: 'RequireDualStack',
};
const other: Spec = { ...one, clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2'] };

describe('validateServiceUpdate', () => {
  it.each<[string, Spec, Spec, string[]]>([
    ['nothing', one, one, []],
    ['another address', one, other, ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set']],
    ['a second address', one, both, []],
    ['one address less', both, one, []],
    [
      'one address less, still dual-stack',
      both,
      { ...one, ipFamilyPolicy: 'PreferDualStack' },
      [
        'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary clusterIP',
        'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary ipFamily',
      ],
    ],
    ['no address', one, { ipFamilies: ['IPv4'] }, ['spec.clusterIPs[0]: Invalid value: []: primary clusterIP can not be unset']],
    [
      'another family',
      { ...one, clusterIP: 'None', clusterIPs: ['None'] },
      { ...one, clusterIP: 'None', clusterIPs: ['None'], ipFamilies: ['IPv6'] },
      [],
    ],
    ['to an external name', one, { type: 'ExternalName', externalName: 'a.b' }, []],
    [
      'the load balancer class',
      { ...one, type: 'LoadBalancer', loadBalancerClass: 'a/b' },
      { ...one, type: 'LoadBalancer', loadBalancerClass: 'a/c' },
      ['spec.loadBalancerClass: Invalid value: "a/c": may not change once set'],
    ],
    [
      'the health check port',
      { ...one, type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30000 },
      { ...one, type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30001 },
      ['spec.healthCheckNodePort: Forbidden: field is immutable'],
    ],
  ])('of %s', (_, old, updated, errors) => {
    expect(validateServiceUpdate(service(updated), service(old)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('the strategy', () => {
  const updated = (old: Spec, spec: Spec): Spec | undefined => {
    const object = service(spec);
    strategy.prepareForUpdate?.(object, service(old), context);
    return object.spec;
  };

  it('copies the one cluster IP of a new service', () => {
    const object = service({ clusterIP: 'None' });
    strategy.prepareForCreate?.(object, context);
    expect(object.spec?.clusterIPs).toEqual(['None']);
  });

  it('fills in what an old client leaves out', () => {
    const ports = [
      { name: 'a', port: 80, nodePort: 30000 },
      { name: 'b', port: 81, nodePort: 30001 },
    ];
    const old: Spec = { ...one, type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31000, ports };
    const spec = updated(old, {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      ports: [
        { name: 'b', port: 90 },
        { name: 'c', port: 91, nodePort: 30000 },
      ],
    });
    expect(spec).toMatchObject({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], healthCheckNodePort: 31000 });
    expect(spec?.ports?.map(({ nodePort }) => nodePort)).toEqual([30001, 30000]);
  });

  it('clears what an external name has no use for', () => {
    const spec = updated(both, { ...both, type: 'ExternalName', externalName: 'a.b' });
    expect(spec).not.toHaveProperty('clusterIP');
    expect(spec).not.toHaveProperty('clusterIPs');
    expect(spec).not.toHaveProperty('ipFamilies');
    expect(spec).not.toHaveProperty('ipFamilyPolicy');
  });

  it('clears what a former load balancer has no use for', () => {
    const old: Spec = { ...one, type: 'LoadBalancer', loadBalancerClass: 'a/b', ports: [{ port: 80, nodePort: 30000 }] };
    const spec = updated(old, {
      ...old,
      type: 'ClusterIP',
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: 'Cluster',
    });
    expect(spec?.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
    expect(spec).not.toHaveProperty('allocateLoadBalancerNodePorts');
    expect(spec).not.toHaveProperty('loadBalancerClass');
    expect(spec).not.toHaveProperty('externalTrafficPolicy');
  });

  it('keeps the spec in a write of the status', () => {
    const object = service(other);
    object.status = { loadBalancer: { ingress: [] } };
    statusStrategy.prepareForUpdate?.(object, service(one), context);
    expect(object.spec?.clusterIP).toBe('10.0.0.1');
    expect(object.status).toEqual({ loadBalancer: { ingress: [] } });
  });

  it.each<[string, Spec, string[]]>([
    ['a plain service', one, []],
    [
      'external IPs',
      { externalIPs: ['1.2.3.4'] },
      ['spec.externalIPs is deprecated and may no longer be implemented in some clusters'],
    ],
    [
      'a headless service',
      { clusterIP: 'None', loadBalancerIP: '1.2.3.4' },
      ['spec.loadBalancerIP is ignored for headless services'],
    ],
    [
      'an external name without use',
      { externalName: 'a.b' },
      ['spec.externalName is ignored when spec.type is not "ExternalName"'],
    ],
    [
      'PreferClose',
      { trafficDistribution: 'PreferClose' },
      ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
    ],
  ])('warns of %s', (_, spec, warnings) => {
    expect(serviceWarnings(service(spec))).toEqual(warnings);
  });
});
