import type { admissionregistrationv1 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };

describe('the columns of mutating webhook configurations', () => {
  it.each<[what: string, object: admissionregistrationv1.MutatingWebhookConfiguration, cells: unknown[]]>([
    ['none', { ...head, metadata }, ['a', 0, '60m']],
    [
      'one',
      { ...head, metadata, webhooks: [{ name: 'w', clientConfig: {}, sideEffects: 'None', admissionReviewVersions: ['v1'] }] },
      ['a', 1, '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
