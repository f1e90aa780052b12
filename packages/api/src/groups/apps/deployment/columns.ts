import { containersColumn, imagesColumn } from '../../../shared/columns/containers';
import { labelSelectorCell } from '../../../shared/columns/selector-text';
import { ageColumn, defineTable, nameColumn, text, wide } from '../../../shared/columns/table';
import type { appsv1 } from '../../../types';

export const table = defineTable<appsv1.Deployment>(
  nameColumn,
  text(
    'Ready',
    'Number of the pod with ready state',
    ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
  ),
  text(
    'Up-to-date',
    'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
    ({ status }) => status?.updatedReplicas ?? 0,
  ),
  text(
    'Available',
    'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this ' +
      'deployment.',
    ({ status }) => status?.availableReplicas ?? 0,
  ),
  ageColumn,
  containersColumn(({ spec }) => spec?.template.spec?.containers),
  imagesColumn(({ spec }) => spec?.template.spec?.containers),
  wide(
    text(
      'Selector',
      'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected ' +
        'by this deployment. It must match the pod template\'s labels.',
      ({ spec }) => labelSelectorCell(spec?.selector),
    ),
  ),
);
