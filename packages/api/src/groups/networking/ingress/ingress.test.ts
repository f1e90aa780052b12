import { fieldErrorMessage } from '@typekube/apimachinery';
import type { networkingv1 } from '../../../types';
import { strategy } from './strategy';
import { validateIngressCreate, validateIngressStatusUpdate, validateIngressUpdate } from './validate';

type Spec = networkingv1.IngressSpec;
type Backend = networkingv1.IngressBackend;

const backend: Backend = { service: { name: 'svc', port: { number: 80 } } };
const ingress = (spec: Spec, metadata: networkingv1.Ingress['metadata'] = { name: 'a' }): networkingv1.Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata,
  spec,
});
const path = (fields: Partial<networkingv1.HTTPIngressPath> = {}): Spec => ({
  rules: [{ host: 'a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend, ...fields }] } }],
});
const AT = 'spec.rules[0].http.paths[0]';

describe('validateIngressCreate', () => {
  it.each<[string, Spec, string[]]>([
    ['a default backend', { defaultBackend: backend }, []],
    ['a path', path(), []],
    ['nothing', {}, ['spec: Invalid value: []: either `defaultBackend` or `rules` must be specified']],
    [
      'an address as host',
      { rules: [{ host: '1.2.3.4' }] },
      ['spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address'],
    ],
    ['a wildcard host', { rules: [{ host: '*.a.b' }] }, []],
    [
      'a wildcard inside',
      { rules: [{ host: 'a.*.b' }] },
      [expect.stringContaining('spec.rules[0].host: Invalid value: "a.*.b": a wildcard DNS-1123 subdomain')],
    ],
    ['no paths', { rules: [{ http: { paths: [] } }] }, ['spec.rules[0].http.paths: Required value']],
    ['no path type', path({ pathType: undefined }), [`${AT}.pathType: Required value: pathType must be specified`]],
    [
      'an unknown path type',
      path({ pathType: 'Foo' }),
      [`${AT}.pathType: Unsupported value: "Foo": supported values: "Exact", "ImplementationSpecific", "Prefix"`],
    ],
    ['a relative path', path({ path: 'x' }), [`${AT}.path: Invalid value: "x": must be an absolute path`]],
    [
      'a path with tricks',
      path({ path: '/a//b/..' }),
      [
        `${AT}.path: Invalid value: "/a//b/..": must not contain '//'`,
        `${AT}.path: Invalid value: "/a//b/..": cannot end with '/..'`,
      ],
    ],
    ['an implementation specific empty path', path({ pathType: 'ImplementationSpecific', path: '' }), []],
    ['no backend', path({ backend: {} }), [`${AT}.backend: Invalid value: "": resource or service backend is required`]],
    [
      'two backends',
      path({ backend: { ...backend, resource: { kind: 'K', name: 'n' } } }),
      [`${AT}.backend: Invalid value: "": cannot set both resource and service backends`],
    ],
    [
      'a resource backend without name',
      path({ backend: { resource: { kind: 'K', name: '' } } }),
      [`${AT}.backend.resource.name: Required value`],
    ],
    [
      'a service without port',
      path({ backend: { service: { name: 'svc' } } }),
      [`${AT}.backend: Required value: port name or number is required`],
    ],
    [
      'a service with two ports',
      path({ backend: { service: { name: 'svc', port: { name: 'x', number: 1 } } } }),
      [`${AT}.backend: Invalid value: "": cannot set both port name & port number`],
    ],
    ['a service whose name begins with a digit', path({ backend: { service: { name: '1svc', port: { number: 1 } } } }), []],
    [
      'a bad secret',
      { defaultBackend: backend, tls: [{ hosts: ['a.b'], secretName: '_' }] },
      [expect.stringContaining('spec.tls[0].secretName: Invalid value: "_"')],
    ],
  ])('of %s', (_, spec, errors) => {
    expect(validateIngressCreate(ingress(spec)).map(fieldErrorMessage)).toEqual(errors);
  });

  it('wants annotation and class to agree', () => {
    const metadata = { name: 'a', annotations: { 'kubernetes.io/ingress.class': 'x' } };
    const object = ingress({ defaultBackend: backend, ingressClassName: 'y' }, metadata);
    expect(validateIngressCreate(object).map(fieldErrorMessage)).toEqual([
      'annotations.kubernetes.io/ingress.class: Invalid value: "x": must match `ingressClassName` when both are specified',
    ]);
    expect(strategy.warningsOnCreate?.(object)).toEqual([
      'annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead',
    ]);
  });
});

it('keeps what older servers let through', () => {
  const old = ingress({ defaultBackend: backend, tls: [{ secretName: '_' }], rules: [{ host: '*.a', http: { paths: [] } }] });
  expect(validateIngressCreate(old)).toHaveLength(2);
  expect(validateIngressUpdate(old, old)).toEqual([]);
});

it('checks the addresses of a status', () => {
  const object = { ...ingress({}), status: { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }] } } };
  expect(validateIngressStatusUpdate(object, ingress({})).map(fieldErrorMessage)).toEqual([
    'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
  ]);
});
