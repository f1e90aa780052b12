import { containersColumn, imagesColumn } from '../../../shared/columns/containers';
import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { appsv1 } from '../../../types';

export const table = defineTable<appsv1.StatefulSet>(
  nameColumn,
  text(
    'Ready',
    'Number of the pod with ready state',
    ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
  ),
  ageColumn,
  containersColumn(({ spec }) => spec?.template.spec?.containers),
  imagesColumn(({ spec }) => spec?.template.spec?.containers),
);
