import { type corev1, countEvaluator, evaluatorFor } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import { planStatus } from './plan-usage';

const NOW = new Date('2026-01-01T00:00:00Z');

const quota = (hard: Record<string, string>, spec: object = {}, status?: object): corev1.ResourceQuota =>
  ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard, ...spec }, status }) as corev1.ResourceQuota;
const pod = (cpu: string, spec: object = {}, status: object = {}, metadata: object = {}): KubeObject =>
  ({ kind: 'Pod', metadata, spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }], ...spec }, status }) as unknown as KubeObject;
const pods = (...objects: KubeObject[]) => ({ evaluator: evaluatorFor('', 'pods'), objects });
const claim = (storageClassName: string, storage: string): KubeObject =>
  ({ kind: 'PersistentVolumeClaim', metadata: {}, spec: { storageClassName, resources: { requests: { storage } } } }) as unknown as KubeObject;
const service = (type: string, ports: number): KubeObject =>
  ({ kind: 'Service', metadata: {}, spec: { type, ports: Array.from({ length: ports }, () => ({})) } }) as unknown as KubeObject;

const DELETED = { deletionTimestamp: '2025-12-31T23:59:00Z', deletionGracePeriodSeconds: 30 };

it.each<[string, corev1.ResourceQuota, Parameters<typeof planStatus>[1], Record<string, string>]>([
  ['nothing', quota({ pods: '5', 'requests.cpu': '1' }), [pods()], { pods: '0', 'requests.cpu': '0' }],
  ['pods', quota({ pods: '5', cpu: '2', 'count/pods': '9' }), [pods(pod('100m'), pod('200m'))], { pods: '2', cpu: '300m', 'count/pods': '2' }],
  [
    'ended pods by their number only',
    quota({ pods: '5', 'requests.cpu': '2', 'count/pods': '9' }),
    [pods(pod('1'), pod('1', {}, { phase: 'Succeeded' }), pod('1', {}, {}, DELETED))],
    { pods: '1', 'requests.cpu': '1', 'count/pods': '3' },
  ],
  ['what is in scope', quota({ pods: '5' }, { scopes: ['Terminating'] }), [pods(pod('1'), pod('1', { activeDeadlineSeconds: 9 }))], { pods: '1' }],
  [
    'init containers and sidecars',
    quota({ 'requests.cpu': '9' }),
    [pods(pod('1', { initContainers: [{ name: 's', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } }, { name: 'i', resources: { requests: { cpu: '3' } } }] }))],
    { 'requests.cpu': '4' },
  ],
  [
    'extended resources and overhead',
    quota({ 'requests.example.com/gpu': '4', 'requests.cpu': '9' }),
    [pods(pod('1', { overhead: { cpu: '250m' }, containers: [{ name: 'c', resources: { requests: { cpu: '1', 'example.com/gpu': '2' } } }] }))],
    { 'requests.example.com/gpu': '2', 'requests.cpu': '1250m' },
  ],
  [
    'a pod that is being made larger as it will be',
    quota({ 'requests.cpu': '9' }),
    [pods(pod('2', {}, { containerStatuses: [{ name: 'c', allocatedResources: { cpu: '1' } }] }))],
    { 'requests.cpu': '2' },
  ],
  [
    'claims by storage class',
    quota({ 'requests.storage': '9Gi', 'gold.storageclass.storage.k8s.io/requests.storage': '9Gi', 'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '9' }),
    [{ evaluator: evaluatorFor('', 'persistentvolumeclaims'), objects: [claim('gold', '2Gi'), claim('other', '1Gi')] }],
    { 'requests.storage': '3Gi', 'gold.storageclass.storage.k8s.io/requests.storage': '2Gi', 'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1' },
  ],
  [
    'services and their ports',
    quota({ services: '9', 'services.nodeports': '9', 'services.loadbalancers': '9' }),
    [{ evaluator: evaluatorFor('', 'services'), objects: [service('ClusterIP', 3), service('NodePort', 2), service('LoadBalancer', 1)] }],
    { services: '3', 'services.nodeports': '3', 'services.loadbalancers': '1' },
  ],
  [
    'objects of any kind',
    quota({ 'count/deployments.apps': '3' }),
    [{ evaluator: countEvaluator('apps', 'deployments'), objects: [pod('1'), pod('1')] }],
    { 'count/deployments.apps': '2' },
  ],
  ['nothing of what no kind counts', quota({ 'count/unknowns.example.com': '3' }), [], {}],
])('counts %s', (_what, given, counted, used) => {
  expect(planStatus(given, counted, NOW)).toEqual({ hard: given.spec?.hard, used });
});

it('leaves a right status alone, however it is written', () => {
  const status = { hard: { pods: '5', cpu: '1' }, used: { pods: '1', cpu: '0.5' } };
  expect(planStatus(quota({ pods: '5', cpu: '1000m' }, {}, status), [pods(pod('500m'))], NOW)).toBeUndefined();
});
