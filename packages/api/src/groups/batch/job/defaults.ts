import { ensureSpec } from '../../../shared/fields/ensure-spec';
import { setPodTemplateDefaults } from '../../../shared/pod-template/default-pod-spec';
import type { batchv1 } from '../../../types';

const MAX_INT32 = 2 ** 31 - 1;

/** Fills in a job (SetDefaults_Job). */
export function setDefaults(object: batchv1.Job): void {
  const spec = ensureSpec(object);
  spec.template ??= {};
  setPodTemplateDefaults(spec.template);
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32;
  const labels = spec.template.metadata?.labels;
  if (labels && Object.keys(object.metadata.labels ?? {}).length === 0) object.metadata.labels = { ...labels };
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  setFailurePolicyDefaults(spec.podFailurePolicy);
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
}

/** A pattern that names only a condition means that it is true. */
export function setFailurePolicyDefaults(policy: batchv1.PodFailurePolicy | undefined): void {
  for (const { onPodConditions = [] } of policy?.rules ?? []) {
    for (const pattern of onPodConditions) pattern.status ||= 'True';
  }
}
