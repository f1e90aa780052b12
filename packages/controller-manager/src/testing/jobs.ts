import type { Job, JobStatus, Pod } from '../shared/objects';
import { ago, pod, type PodFields } from './workloads';
import { COMPLETION_INDEX, INDEX_FAILURES, TRACKING_FINALIZER } from '../job/job-fields';

/** A job that began a minute ago. */
export function job(spec: Partial<NonNullable<Job['spec']>> = {}, status: JobStatus = {}): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'default', uid: 'j' },
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } },
      ...spec,
    },
    status: { startTime: ago(60), ...status },
  };
}

export interface JobPodFields extends PodFields {
  readonly index?: number;
  readonly failures?: number;
  readonly exitCode?: number;
  /** Seconds since when its containers have ended. */
  readonly ended?: number;
  readonly tracked?: boolean;
}

export function jobPod({ index, failures, exitCode = 1, ended, tracked = true, ...fields }: JobPodFields = {}): Pod {
  const made = pod({ labels: {}, ...fields });
  const annotations = {
    ...(index !== undefined && { [COMPLETION_INDEX]: String(index) }),
    ...(failures !== undefined && { [INDEX_FAILURES]: String(failures) }),
  };
  const state = { terminated: { exitCode, finishedAt: ago(ended ?? 0) } };
  const containerStatuses = (made.status?.containerStatuses ?? []).map((each) => ({ ...each, ...(ended !== undefined && { state }) }));
  return {
    ...made,
    metadata: { ...made.metadata, annotations, ...(tracked && { finalizers: [TRACKING_FINALIZER] }) },
    status: { ...made.status, containerStatuses },
  };
}
