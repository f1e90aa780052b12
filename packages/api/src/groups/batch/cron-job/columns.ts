import { formatLabelSelector } from '@typekube/apimachinery';
import { age } from '../../../shared/columns/age';
import { containersColumn, imagesColumn } from '../../../shared/columns/containers';
import { boolText } from '../../../shared/columns/bool-text';
import { ageColumn, boolean, defineTable, integer, nameColumn, text, wide } from '../../../shared/columns/table';
import type { batchv1 } from '../../../types';

export const table = defineTable<batchv1.CronJob>(
  nameColumn,
  text(
    'Schedule',
    'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.',
    ({ spec }) => spec?.schedule ?? '',
  ),
  text(
    'Timezone',
    'The time zone name for the given schedule, see ' +
      'https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to the ' +
      'time zone of the kube-controller-manager process. The set of valid time zone names and the time zone offset ' +
      'is loaded from the system-wide time zone database by the API server during CronJob validation and the ' +
      'controller manager during execution. If no system-wide time zone database can be found a bundled version of ' +
      'the database is used instead. If the time zone name becomes invalid during the lifetime of a CronJob or due ' +
      'to a change in host configuration, the controller will stop creating new new Jobs and will create a system ' +
      'event with the reason UnknownTimeZone. More information can be found in ' +
      'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones',
    ({ spec }) => spec?.timeZone ?? '<none>',
  ),
  boolean(
    'Suspend',
    'This flag tells the controller to suspend subsequent executions, it does not apply to already started ' +
      'executions.  Defaults to false.',
    ({ spec }) => boolText(spec?.suspend),
  ),
  integer('Active', 'A list of pointers to currently running jobs.', ({ status }) => status?.active?.length ?? 0),
  text(
    'Last Schedule',
    'Information when was the last time the job was successfully scheduled.',
    ({ status }, now) => (status?.lastScheduleTime ? age(status.lastScheduleTime, now) : '<none>'),
  ),
  ageColumn,
  containersColumn(({ spec }) => spec?.jobTemplate.spec?.template.spec?.containers),
  imagesColumn(({ spec }) => spec?.jobTemplate.spec?.template.spec?.containers),
  wide(
    text(
      'Selector',
      'A label query over pods that should match the pod count. Normally, the system sets this field for you. ' +
        'More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => formatLabelSelector(spec?.jobTemplate.spec?.selector),
    ),
  ),
);
