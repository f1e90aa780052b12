import type { KubeObject } from '@typekube/apimachinery';
import { LABELS, POD_SPEC, POD_TEMPLATE, sample, SELECTOR } from './sample';

const DEPLOYMENT_REF = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sample-deployment' };
const JOB_TEMPLATE = { spec: { ...POD_SPEC, restartPolicy: 'Never' } };

/** Samples of what runs pods, scales them, disrupts them and schedules them. */
export const workloadSamples: readonly KubeObject[] = [
  sample('apps/v1', 'ControllerRevision', { revision: 1, data: { spec: {} } }),
  sample('apps/v1', 'DaemonSet', { spec: { selector: SELECTOR, template: POD_TEMPLATE } }),
  sample('apps/v1', 'Deployment', { spec: { replicas: 1, selector: SELECTOR, template: POD_TEMPLATE } }),
  sample('apps/v1', 'ReplicaSet', { spec: { replicas: 1, selector: SELECTOR, template: POD_TEMPLATE } }),
  sample('apps/v1', 'StatefulSet', { spec: { serviceName: 'sample', selector: SELECTOR, template: POD_TEMPLATE } }),
  sample('autoscaling/v1', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: DEPLOYMENT_REF, maxReplicas: 3 } }),
  sample('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: DEPLOYMENT_REF, maxReplicas: 3 } }),
  sample('batch/v1', 'CronJob', { spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: JOB_TEMPLATE } } } }),
  sample('batch/v1', 'Job', { spec: { template: JOB_TEMPLATE } }),
  sample('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, selector: SELECTOR } }),
  sample('scheduling.k8s.io/v1', 'PriorityClass', { value: 1000 }),
  sample('scheduling.k8s.io/v1alpha2', 'PodGroup', { spec: { schedulingPolicy: { basic: {} } } }),
  sample('scheduling.k8s.io/v1alpha2', 'Workload', {
    spec: { podGroupTemplates: [{ name: 'group', schedulingPolicy: { basic: {} } }] },
  }),
  sample('node.k8s.io/v1', 'RuntimeClass', { handler: 'runc' }),
  sample('coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'sample' } }),
  ...['v1beta1', 'v1alpha2'].map((version) =>
    sample(`coordination.k8s.io/${version}`, 'LeaseCandidate', {
      spec: { leaseName: 'sample', binaryVersion: '1.36.0', emulationVersion: '1.36.0', strategy: 'OldestEmulationVersion' },
    }),
  ),
  sample('events.k8s.io/v1', 'Event', {
    eventTime: '2026-01-02T03:04:05.000000Z',
    action: 'Sample',
    reason: 'Sampled',
    type: 'Normal',
    reportingController: 'example.com/sampler',
    reportingInstance: 'sampler-0',
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: LABELS.app },
  }),
];
