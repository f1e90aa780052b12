import type { Overlay } from './overlay';

export const batch: Overlay = {
  CronJobStatus: { active: 'list=atomic' },
  JobStatus: { conditions: 'list=atomic patch=merge(type)' },
  PodFailurePolicy: { rules: 'list=atomic' },
  PodFailurePolicyOnExitCodesRequirement: { values: 'list=set' },
  PodFailurePolicyRule: { onPodConditions: 'list=atomic' },
  SuccessPolicy: { rules: 'list=atomic' },
  UncountedTerminatedPods: { failed: 'list=set', succeeded: 'list=set' },
};
