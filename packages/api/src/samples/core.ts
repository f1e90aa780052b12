import type { KubeObject } from '@typekube/apimachinery';
import { LABELS, POD_SPEC, POD_TEMPLATE, sample } from './sample';

const INVOLVED = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'sample-pod' };

/** Samples of the core group. */
export const coreSamples: readonly KubeObject[] = [
  sample('v1', 'Binding', { target: { apiVersion: 'v1', kind: 'Node', name: 'sample-node' } }),
  sample('v1', 'ConfigMap', { data: { key: 'value' } }),
  sample('v1', 'Endpoints', { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] }),
  sample('v1', 'Event', { involvedObject: INVOLVED, reason: 'Sampled', message: 'a sample', type: 'Normal' }),
  sample('v1', 'LimitRange', { spec: { limits: [{ type: 'Container', default: { cpu: '100m' } }] } }),
  sample('v1', 'Namespace'),
  sample('v1', 'Node'),
  sample('v1', 'PersistentVolumeClaim', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }),
  sample('v1', 'PersistentVolume', {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/mnt/sample' } },
  }),
  sample('v1', 'Pod', { spec: POD_SPEC }),
  sample('v1', 'PodTemplate', { template: POD_TEMPLATE }),
  sample('v1', 'ReplicationController', { spec: { replicas: 1, selector: LABELS, template: POD_TEMPLATE } }),
  sample('v1', 'ResourceQuota', { spec: { hard: { pods: '10' } } }),
  sample('v1', 'Secret', { stringData: { key: 'value' } }),
  sample('v1', 'ServiceAccount'),
  sample('v1', 'Service', { spec: { selector: LABELS, ports: [{ port: 80 }] } }),
];
