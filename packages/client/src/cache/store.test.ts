import type { corev1 } from '@typekube/api';
import { selectorFromSet } from '@typekube/apimachinery';
import { keyOf, objectKey, splitKey } from './object-key';
import { Store } from './store';

const pod = (namespace: string, name: string, node?: string): corev1.Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name[0] ?? '' } },
  ...(node && { spec: { containers: [], nodeName: node } }),
});
const names = (objects: readonly { readonly metadata: { readonly name?: string } }[]): string[] =>
  objects.map(({ metadata }) => metadata.name ?? '').sort();

function filled(): Store<corev1.Pod> {
  const store = new Store<corev1.Pod>();
  store.set(pod('x', 'a1', 'n1'));
  store.addIndex('node', ({ spec }) => (spec?.nodeName ? [spec.nodeName] : []));
  store.set(pod('x', 'b1'));
  store.set(pod('y', 'a2', 'n1'));
  return store;
}

it('finds by key, namespace, labels and index', () => {
  const store = filled();
  expect(store.get('x/a1')?.spec?.nodeName).toBe('n1');
  expect(names(store.list())).toEqual(['a1', 'a2', 'b1']);
  expect(names(store.list({ namespace: 'x' }))).toEqual(['a1', 'b1']);
  expect(names(store.list({ selector: selectorFromSet({ app: 'a' }) }))).toEqual(['a1', 'a2']);
  expect(names(store.byIndex('node', 'n1'))).toEqual(['a1', 'a2']);
  expect(() => store.byIndex('nope', '')).toThrow('Index with name nope does not exist');
});

it('keeps its indexes as objects change and go', () => {
  const store = filled();
  store.set(pod('x', 'a1', 'n2'));
  expect(store.indexValues('node').sort()).toEqual(['n1', 'n2']);
  store.delete('y/a2');
  expect(store.indexValues('node')).toEqual(['n2']);
  expect(store.indexValues('namespace')).toEqual(['x']);
  expect(store.delete('y/a2')).toBeUndefined();
});

it.each([
  ['x', 'a', 'x/a'],
  ['', 'node-1', 'node-1'],
])('makes and splits keys: %s %s', (namespace, name, key) => {
  expect(keyOf(namespace, name)).toBe(key);
  expect(splitKey(key)).toEqual({ namespace, name });
  expect(objectKey({ apiVersion: 'v1', kind: 'X', metadata: { name, namespace } })).toBe(key);
});
