import { fieldErrorMessage } from '@typekube/apimachinery';
import type { networkingv1 } from '../../../types';
import { validateIpAddress, validateIpAddressName, validateIpAddressUpdate } from './validate';

const address = (parentRef: networkingv1.ParentReference): networkingv1.IPAddress => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress', metadata: { name: '10.0.0.1' }, spec: { parentRef },
});
const parent = { resource: 'services', name: 'a', namespace: 'b' };

it.each<[string, string[]]>([
  ['10.0.0.1', []],
  ['2001:db8::1', []],
  ['2001:DB8::1', ['must be in canonical form ("2001:db8::1")']],
  ['x', ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
])('the name %s', (name, problems) => {
  expect(validateIpAddressName(name)).toEqual(problems);
});

it.each<[string, networkingv1.ParentReference, string[]]>([
  ['a service', parent, []],
  ['no resource', { ...parent, resource: '' }, ['spec.parentRef.resource: Required value']],
  ['a bad group', { ...parent, group: '_' }, [expect.stringContaining('spec.parentRef.group: Invalid value: "_"')]],
  ['a bad namespace', { ...parent, namespace: 'a/b' }, ["spec.parentRef.namespace: Invalid value: \"a/b\": may not contain '/'"]],
])('the parent is %s', (_, parentRef, errors) => {
  expect(validateIpAddress(address(parentRef)).map(fieldErrorMessage)).toEqual(errors);
});

it('keeps its parent', () => {
  expect(validateIpAddressUpdate(address({ ...parent, name: 'c' }), address(parent)).map(fieldErrorMessage)).toEqual([
    'spec.parentRef: Invalid value: {"resource":"services","name":"c","namespace":"b"}: field is immutable',
  ]);
});
