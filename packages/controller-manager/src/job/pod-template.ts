import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import type { Job, Pod, PodTemplateSpec } from '../shared/objects';
import { judgeFailure } from './failure-policy';
import {
  COMPLETION_INDEX,
  failuresBefore,
  hasBackoffLimitPerIndex,
  INDEX_FAILURES,
  INDEX_IGNORED_FAILURES,
  TRACKING_FINALIZER,
} from './job-fields';

type Container = DeepReadonly<corev1.Container>;

const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';
/** What leaves room for the server's random end of a generated name. */
const MAX_PREFIX_LENGTH = 58;

/** The template of a job's pods: they may not go before they are counted. */
export function trackedTemplate({ spec }: Job): PodTemplateSpec {
  const template = spec?.template ?? {};
  const finalizers = [...(template.metadata?.finalizers ?? []).filter((name) => name !== TRACKING_FINALIZER), TRACKING_FINALIZER];
  return { ...template, metadata: { ...template.metadata, finalizers } };
}

/** The template of the pod of one index, which finds it in its environment, its labels and its host name. */
export function indexedTemplate(job: Job, index: number, replaced: Pod | undefined): PodTemplateSpec {
  const { metadata, spec } = trackedTemplate(job);
  const value = String(index);
  return {
    metadata: {
      ...metadata,
      labels: { ...metadata?.labels, [COMPLETION_INDEX]: value },
      annotations: { ...metadata?.annotations, [COMPLETION_INDEX]: value, ...failureCounts(job, replaced) },
    },
    spec: {
      ...spec,
      hostname: `${job.metadata.name}-${index}`,
      containers: (spec?.containers ?? []).map(withIndexVariable),
      ...(spec?.initContainers && { initContainers: spec.initContainers.map(withIndexVariable) }),
    },
  };
}

/** The prefix of the name of an index's pod; a long name of the job is cut, the index is not. (podGenerateNameWithIndex) */
export function indexedPrefix(job: string, index: number): string {
  const end = `-${index}-`;
  return job.slice(0, MAX_PREFIX_LENGTH - end.length) + end;
}

/** What the new pod takes over from the one that failed before it. (getNewIndexFailureCounts) */
function failureCounts(job: Job, replaced: Pod | undefined): Record<string, string> {
  if (!hasBackoffLimitPerIndex(job)) return {};
  if (!replaced) return { [INDEX_FAILURES]: '0' };
  const { counted, ignored } = failuresBefore(replaced);
  const { counts } = judgeFailure(job, replaced);
  const nowIgnored = counts ? ignored : ignored + 1;
  return {
    [INDEX_FAILURES]: String(counts ? counted + 1 : counted),
    ...(nowIgnored > 0 && { [INDEX_IGNORED_FAILURES]: String(nowIgnored) }),
  };
}

/** A variable of that name that the user has set is the user's. */
function withIndexVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === INDEX_VARIABLE)) return container;
  const fieldRef = { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` };
  return { ...container, env: [...(container.env ?? []), { name: INDEX_VARIABLE, valueFrom: { fieldRef } }] };
}
