import { fieldErrorMessage } from '@typekube/apimachinery';
import type { networkingv1 } from '../../../types';
import { setDefaults } from './defaults';
import { validateIngressClass, validateIngressClassUpdate } from './validate';

type Parameters = networkingv1.IngressClassParametersReference;
const ingressClass = (controller: string, parameters?: Parameters): networkingv1.IngressClass => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'a' },
  spec: { controller, ...(parameters && { parameters }) },
});
const AT = 'spec.parameters';

describe('validateIngressClass', () => {
  it.each<[string, networkingv1.IngressClass, string[]]>([
    ['a controller', ingressClass('a.b/c'), []],
    ['no controller', ingressClass(''), ['spec.controller: Required value']],
    [
      'a bare controller',
      ingressClass('a'),
      ['spec.controller: Invalid value: "a": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    ['a long controller', ingressClass(`a.b/${'c'.repeat(250)}`), ['spec.controller: Too long: may not be more than 250 bytes']],
    ['cluster parameters', ingressClass('a.b/c', { kind: 'K', name: 'n', scope: 'Cluster' }), []],
    ['parameters without scope', ingressClass('a.b/c', { kind: 'K', name: 'n' }), [`${AT}.scope: Required value`]],
    [
      'an unknown scope',
      ingressClass('a.b/c', { kind: 'K', name: 'n', scope: 'Foo' }),
      [`${AT}.scope: Unsupported value: "Foo": supported values: "Cluster", "Namespace"`],
    ],
    [
      'no namespace',
      ingressClass('a.b/c', { kind: 'K', name: 'n', scope: 'Namespace' }),
      [`${AT}.namespace: Required value: \`parameters.scope\` is set to 'Namespace'`],
    ],
    [
      'a namespace too many',
      ingressClass('a.b/c', { kind: 'K', name: 'n', scope: 'Cluster', namespace: 'x' }),
      [`${AT}.namespace: Forbidden: \`parameters.scope\` is set to 'Cluster'`],
    ],
    [
      'no kind and a bad name',
      ingressClass('a.b/c', { kind: '', name: 'a/b', scope: 'Cluster' }),
      [`${AT}.kind: Required value`, `${AT}.name: Invalid value: "a/b": may not contain '/'`],
    ],
  ])('of %s', (_, object, errors) => {
    expect(validateIngressClass(object).map(fieldErrorMessage)).toEqual(errors);
  });

  it('keeps the controller', () => {
    const errors = validateIngressClassUpdate(ingressClass('a.b/d'), ingressClass('a.b/c'));
    expect(errors.map(fieldErrorMessage)).toEqual(['spec.controller: Invalid value: "a.b/d": field is immutable']);
  });

  it('takes parameters of the cluster by default', () => {
    const object = ingressClass('a.b/c', { kind: 'K', name: 'n' });
    setDefaults(object);
    expect(object.spec?.parameters?.scope).toBe('Cluster');
  });
});
