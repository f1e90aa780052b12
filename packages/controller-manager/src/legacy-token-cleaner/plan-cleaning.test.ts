import type { corev1 } from '@typekube/api';
import { judgeableFrom, planCleaning } from './plan-cleaning';
import { podSecretNames } from './pod-secret-names';

const DAY = 86_400_000;
const NOW = Date.parse('2025-06-01T12:00:00Z');
const USED = 'kubernetes.io/legacy-token-last-used';
const INVALID = 'kubernetes.io/legacy-token-invalid-since';
const account: corev1.ServiceAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'ns', name: 'a', uid: 'u' }, secrets: [{ name: 's' }] };

interface Given {
  readonly labels?: Record<string, string>;
  readonly created?: string;
  readonly uid?: string;
  readonly account?: corev1.ServiceAccount | undefined;
  readonly mounted?: boolean;
  readonly metadata?: Partial<corev1.Secret['metadata']>;
  readonly type?: string;
}

const plan = ({ labels = {}, created = '2020-01-01T00:00:00Z', uid = 'u', mounted = false, metadata = {}, type = 'kubernetes.io/service-account-token', ...given }: Given): string | undefined => {
  const annotations = { 'kubernetes.io/service-account.name': 'a', 'kubernetes.io/service-account.uid': uid };
  const secret: corev1.Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'ns', name: 's', creationTimestamp: created, labels, annotations, ...metadata }, type };
  const owner = 'account' in given ? given.account : account;
  const [step] = planCleaning({ secrets: [secret], accountOf: () => owner, isMounted: () => mounted, now: NOW, periodMilliseconds: 10 * DAY });
  return step?.action;
};

it.each<[what: string, given: Given, expected: string | undefined]>([
  ['was never used', {}, 'mark'],
  ['was used long ago', { labels: { [USED]: '2025-05-21' } }, 'mark'],
  ['was used on the last day of the period', { labels: { [USED]: '2025-05-22' } }, undefined],
  ['was used at nobody knows when', { labels: { [USED]: 'nonsense' } }, undefined],
  ['is young', { created: '2025-05-22T12:00:00Z' }, undefined],
  ['is as old as it must be', { created: '2025-05-22T11:59:59Z' }, 'mark'],
  ['is being deleted', { metadata: { deletionTimestamp: '2025-06-01T00:00:00Z' } }, undefined],
  ['is another secret', { type: 'Opaque' }, undefined],
  ['somebody made', { account: { ...account, secrets: [] } }, undefined],
  ['has no account', { account: undefined }, undefined],
  ['is of an earlier account', { uid: 'old' }, undefined],
  ['a pod uses', { mounted: true }, undefined],
  ['is marked since long', { labels: { [INVALID]: '2025-05-21' } }, 'delete'],
  ['is marked since a while', { labels: { [INVALID]: '2025-05-22' } }, undefined],
  ['is marked with nonsense', { labels: { [INVALID]: '2025-02-30' } }, 'mark'],
  ['is marked, and has been used since', { labels: { [INVALID]: '2025-05-01', [USED]: '2025-05-30' } }, undefined],
])('a token that %s', (_what, given, expected) => {
  expect(plan(given)).toBe(expected);
});

it.each([
  ['2025-01-01', Date.parse('2025-01-12T00:00:00Z')],
  ['2025-13-01', undefined],
  ['yesterday', undefined],
  [undefined, undefined],
])('uses recorded since %s can be judged from %s', (since, expected) => {
  expect(judgeableFrom(since, 10 * DAY)).toBe(expected);
});

it('a pod uses secrets in its containers, volumes and for its images', () => {
  const spec: corev1.Pod['spec'] = {
    imagePullSecrets: [{ name: 'pull' }, {}],
    initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 'init' } }, { configMapRef: { name: 'no' } }] }],
    containers: [{ name: 'c', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }, { name: 'B', value: 'no' }] }],
    ephemeralContainers: [{ name: 'e', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'debug', key: 'k' } } }] }],
    volumes: [
      { name: 'a', secret: { secretName: 'mounted' } },
      { name: 'b', projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'no' } }] } },
      { name: 'c', csi: { driver: 'd', nodePublishSecretRef: { name: 'csi' } } },
      { name: 'd', iscsi: { iqn: 'i', lun: 0, targetPortal: 't', secretRef: { name: 'iscsi' } } },
      { name: 'e', emptyDir: {} },
    ],
  };
  const names = podSecretNames({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec });
  expect(names.sort()).toEqual(['csi', 'debug', 'env', 'init', 'iscsi', 'mounted', 'projected', 'pull']);
});
