import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { schedulingv1alpha2 } from '../../../types';

export const table = defineTable<schedulingv1alpha2.PodGroup>(
  nameColumn,
  text(
    'Policy',
    'SchedulingPolicy defines the scheduling policy for this instance of the PodGroup. Controllers are expected ' +
      'to fill this field by copying it from a PodGroupTemplate. This field is immutable.',
    ({ spec }) => (spec.schedulingPolicy.gang ? 'Gang' : 'Basic'),
  ),
  text(
    'Workload',
    'Name of the referenced Workload object',
    ({ spec }) => (spec.podGroupTemplateRef ? (spec.podGroupTemplateRef.workload?.workloadName ?? '') : '<none>'),
  ),
  text('Status', 'Status of the PodGroup', statusText),
  ageColumn,
);

/** A disruption counts before what the scheduler found. */
function statusText({ status }: schedulingv1alpha2.PodGroup): string {
  const last = (wanted: string) => status?.conditions?.findLast(({ type }) => type === wanted);
  const disruption = last('DisruptionTarget');
  if (disruption) return disruption.reason;
  const scheduled = last('PodGroupScheduled');
  if (!scheduled) return 'Pending';
  return scheduled.status === 'True' ? 'Scheduled' : 'Unschedulable';
}
