import { type FieldError, FieldPath, invalid } from '@typekube/apimachinery';
import { keepField } from '../../../registry/status-strategy';
import { validateImmutable } from '../../../shared/fields/field-rules';
import { withoutStored } from '../../../shared/fields/ratchet';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import type { batchv1, corev1 } from '../../../types';
import { validateJobSpec } from './validate';

type Spec = Partial<batchv1.JobSpec>;

const SPEC = FieldPath.of('spec');

/** A job is what it is: only its size and pace may change (ValidateJobSpecUpdate). */
export function validateUpdate(job: batchv1.Job, oldJob: batchv1.Job): FieldError[] {
  const spec: Spec = job.spec ?? {};
  const old: Spec = oldJob.spec ?? {};
  return [
    ...withoutStored(validateJobSpec(spec), () => validateJobSpec(old)),
    ...validateCompletions(spec, old),
    ...validateImmutable(spec.selector, old.selector, SPEC.child('selector')),
    ...validateTemplateUpdate(spec.template ?? {}, old.template ?? {}, mayMove(oldJob)),
    ...IMMUTABLE.flatMap((field) => validateImmutable(spec[field], old[field], SPEC.child(field))),
  ];
}

const IMMUTABLE = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const;

/** A job that has not started may still be told where its pods should run. */
function mayMove({ spec, status }: batchv1.Job): boolean {
  return spec?.suspend === true && status?.startTime === undefined;
}

function validateCompletions(spec: Spec, old: Spec): FieldError[] {
  const path = SPEC.child('completions');
  if (spec.completionMode !== 'Indexed') return validateImmutable(spec.completions, old.completions, path);
  if (spec.completions === undefined || spec.completions === old.completions || spec.completions === spec.parallelism) return [];
  return [invalid(path, spec.completions, 'can only be modified in tandem with spec.parallelism')];
}

function validateTemplateUpdate(template: corev1.PodTemplateSpec, old: corev1.PodTemplateSpec, movable: boolean): FieldError[] {
  const path = SPEC.child('template');
  const before = movable ? withSchedulingOf(template, old) : old;
  return semanticEqual(template, before) ? [] : validateImmutable(template, before, path);
}

/** The old template with what decides where pods run taken from the new one. */
function withSchedulingOf(template: corev1.PodTemplateSpec, old: corev1.PodTemplateSpec): corev1.PodTemplateSpec {
  const { metadata = {}, spec = { containers: [] } } = template;
  const moved: corev1.PodSpec = { ...(old.spec ?? { containers: [] }) };
  for (const field of ['nodeSelector', 'tolerations', 'schedulingGates'] as const) keepField(moved, spec, field);
  const { nodeAffinity: _, ...others } = moved.affinity ?? {};
  const nodeAffinity = spec.affinity?.nodeAffinity;
  moved.affinity = nodeAffinity ? { ...others, nodeAffinity } : others;
  const oldMetadata = { ...old.metadata };
  for (const field of ['labels', 'annotations'] as const) keepField(oldMetadata, metadata, field);
  return { ...old, metadata: oldMetadata, spec: moved };
}
