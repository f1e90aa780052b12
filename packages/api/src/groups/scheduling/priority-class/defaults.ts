import type { schedulingv1 } from '../../../types';

export function setDefaults(priorityClass: schedulingv1.PriorityClass): void {
  priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
}
