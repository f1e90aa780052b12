import type { corev1 } from '../../../types';
import { strategy } from './strategy';

const context = { user: { name: 'u', groups: [] }, now: new Date(0) };
const account = (fields: Partial<corev1.ServiceAccount>): corev1.ServiceAccount => ({
  apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' }, ...fields,
});

it('keeps only the names of secrets', () => {
  const object = account({ secrets: [{ name: 's', kind: 'Secret', namespace: 'n' }] });
  strategy.prepareForCreate?.(object, context);
  expect(object.secrets).toEqual([{ name: 's' }]);
});

it.each([['true', 1], ['false', 0]])('warns of enforced mountable secrets: %s', (value, count) => {
  const metadata = { name: 'a', annotations: { 'kubernetes.io/enforce-mountable-secrets': value } };
  expect(strategy.warningsOnCreate?.(account({ metadata }))).toHaveLength(count);
});
