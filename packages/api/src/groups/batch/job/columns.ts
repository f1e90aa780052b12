import { formatLabelSelector, humanDuration } from '@typekube/apimachinery';
import { containersColumn, imagesColumn } from '../../../shared/columns/containers';
import { ageColumn, defineTable, nameColumn, text, wide } from '../../../shared/columns/table';
import type { batchv1 } from '../../../types';

export const table = defineTable<batchv1.Job>(
  nameColumn,
  text('Status', 'Status of the job.', statusText),
  text(
    'Completions',
    'The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. ' +
      'However, it may decrease in reaction to scale down of elastic indexed jobs.',
    completionsText,
  ),
  text('Duration', 'Time required to complete the job.', durationText),
  ageColumn,
  containersColumn(({ spec }) => spec?.template.spec?.containers),
  imagesColumn(({ spec }) => spec?.template.spec?.containers),
  wide(
    text(
      'Selector',
      'A label query over pods that should match the pod count. Normally, the system sets this field for you. ' +
        'More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => formatLabelSelector(spec?.selector),
    ),
  ),
);

/** The state that comes first here counts. */
function statusText({ metadata, status }: batchv1.Job): string {
  const has = (type: string): boolean => status?.conditions?.find((condition) => condition.type === type)?.status === 'True';
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  return has('FailureTarget') ? 'FailureTarget' : 'Running';
}

function completionsText({ spec, status }: batchv1.Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

/** From the start to the end, or to now. */
function durationText({ status }: batchv1.Job, now: Date): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now.getTime();
  return humanDuration(end - Date.parse(status.startTime));
}
