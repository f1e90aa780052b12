import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { validateBinding } from './validate';

it.each<[string, corev1.ObjectReference, string[]]>([
  ['a node', { kind: 'Node', name: 'n' }, []],
  ['no kind', { name: 'n' }, []],
  ['another kind', { kind: 'Pod', name: 'n' }, ['target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"']],
  ['no name', { kind: 'Node' }, ['target.name: Required value']],
])('binds to %s', (_, target, errors) => {
  const binding: corev1.Binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target };
  expect(validateBinding(binding).map(fieldErrorMessage)).toEqual(errors);
});
