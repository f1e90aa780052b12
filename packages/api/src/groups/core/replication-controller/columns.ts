import { containersColumn, imagesColumn } from '../../../shared/columns/containers';
import { formatLabels } from '../../../shared/columns/selector-text';
import { ageColumn, defineTable, integer, nameColumn, text, wide } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.ReplicationController>(
  nameColumn,
  integer(
    'Desired',
    'Replicas is the number of desired replicas. This is a pointer to distinguish between explicit zero and ' +
      'unspecified. Defaults to 1. More info: ' +
      'https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller',
    ({ spec }) => spec?.replicas ?? 0,
  ),
  integer(
    'Current',
    'Replicas is the most recently observed number of replicas. More info: ' +
      'https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller',
    ({ status }) => status?.replicas ?? 0,
  ),
  integer(
    'Ready',
    'The number of ready replicas for this replication controller.',
    ({ status }) => status?.readyReplicas ?? 0,
  ),
  ageColumn,
  containersColumn(({ spec }) => spec?.template?.spec?.containers),
  imagesColumn(({ spec }) => spec?.template?.spec?.containers),
  wide(
    text(
      'Selector',
      'Selector is a label query over pods that should match the Replicas count. If Selector is empty, it is ' +
        'defaulted to the labels present on the Pod template. Label keys and values that must match in order to be ' +
        'controlled by this replication controller, if empty defaulted to labels on Pod template. More info: ' +
        'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => formatLabels(spec?.selector),
    ),
  ),
);
