import { ensureSpec } from '../../../shared/fields/ensure-spec';
import { setPodTemplateDefaults } from '../../../shared/pod-template/default-pod-spec';
import type { batchv1 } from '../../../types';
import { setFailurePolicyDefaults } from '../job/defaults';

/** Fills in a cron job; the jobs it makes get the defaults of jobs only when they are made (SetDefaults_CronJob). */
export function setDefaults(object: batchv1.CronJob): void {
  const spec: Partial<batchv1.CronJobSpec> = ensureSpec(object);
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  spec.jobTemplate ??= {};
  spec.jobTemplate.metadata ??= {};
  const job = ensureSpec(spec.jobTemplate);
  job.template ??= {};
  setPodTemplateDefaults(job.template);
  setFailurePolicyDefaults(job.podFailurePolicy);
}
