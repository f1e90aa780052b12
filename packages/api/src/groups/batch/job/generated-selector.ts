import { type FieldError, FieldPath, invalid, required, selectorFromLabelSelector, SelectorError } from '@typekube/apimachinery';
import type { batchv1 } from '../../../types';

const JOB_NAME = 'batch.kubernetes.io/job-name';
const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';

function generatedLabels({ metadata }: batchv1.Job): Record<string, string> {
  const { name = '', uid = '' } = metadata;
  return { 'controller-uid': uid, 'job-name': name, [CONTROLLER_UID]: uid, [JOB_NAME]: name };
}

/**
 * Gives the pods of a job labels of their own and the job a selector for them. What a user has set is left: validation
 * refuses it where it conflicts. Needs the uid of the new object.
 */
export function generateSelector(job: batchv1.Job): void {
  const { spec } = job;
  if (!spec || spec.manualSelector) return;
  const metadata = (spec.template.metadata ??= {});
  metadata.labels = { ...generatedLabels(job), ...metadata.labels };
  const selector = (spec.selector ??= {});
  selector.matchLabels = { [CONTROLLER_UID]: job.metadata.uid ?? '', ...selector.matchLabels };
}

/** The selector and labels are the generated ones, unless the user has asked to choose them (ValidateGeneratedSelector). */
export function validateGeneratedSelector(job: batchv1.Job): FieldError[] {
  const { spec } = job;
  if (!spec?.selector || spec.manualSelector) return [];
  const errors = job.metadata.uid ? [] : [required(FieldPath.of('metadata', 'uid'))];
  const expected = generatedLabels(job);
  const labels = spec.template?.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(expected)) {
    const path = FieldPath.of('spec', 'template', 'metadata', 'labels').key(key);
    const detail = `must be '${value}'`;
    if (labels[key] === undefined) errors.push(required(path, detail));
    else if (labels[key] !== value) errors.push(invalid(path, labels, detail));
  }
  if (!matches(spec.selector, expected)) {
    errors.push(invalid(FieldPath.of('spec', 'selector'), spec.selector, '`selector` not auto-generated'));
  }
  return errors;
}

/** A selector that cannot be read is reported elsewhere. */
function matches(selector: batchv1.JobSpec['selector'], labels: Readonly<Record<string, string>>): boolean {
  try {
    return selectorFromLabelSelector(selector).matches(labels);
  } catch (error) {
    if (error instanceof SelectorError) return true;
    throw error;
  }
}
