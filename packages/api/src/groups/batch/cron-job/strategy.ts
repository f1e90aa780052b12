import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { warningsForPodTemplate } from '../../../shared/pod-template/warnings';
import type { batchv1 } from '../../../types';
import { warningsForJobName, warningsForJobSpec } from '../job/strategy';
import { validate, validateUpdate } from './validate';

const JOB = FieldPath.of('spec', 'jobTemplate', 'spec');
const ZONE_IN_SCHEDULE =
  'CRON_TZ or TZ used in spec.schedule is not officially supported, ' +
  'see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

function warningsForTemplate({ spec }: batchv1.CronJob): string[] {
  const job = spec?.jobTemplate?.spec;
  return [...warningsForPodTemplate(job?.template, JOB.child('template')), ...warningsForJobSpec(job, JOB)];
}

function warningsForSchedule({ spec }: batchv1.CronJob): string[] {
  return spec?.schedule?.includes('TZ') ? [ZONE_IN_SCHEDULE] : [];
}

export const strategy: Strategy<batchv1.CronJob> = {
  prepareForCreate(object) {
    object.status = {};
  },
  validate,
  warningsOnCreate: (object) => [
    ...warningsForJobName(object.metadata.name ?? ''),
    ...warningsForTemplate(object),
    ...warningsForSchedule(object),
  ],
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validateUpdate,
  warningsOnUpdate: (object, old) => [
    ...(semanticEqual(object.spec, old.spec) ? [] : warningsForTemplate(object)),
    ...warningsForSchedule(object),
  ],
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

export const statusStrategy: Strategy<batchv1.CronJob> = deriveStatusStrategy(strategy);
