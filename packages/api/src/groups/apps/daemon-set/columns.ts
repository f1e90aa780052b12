import { formatLabelSelector } from '@typekube/apimachinery';
import { containersColumn, imagesColumn } from '../../../shared/columns/containers';
import { formatLabels } from '../../../shared/columns/selector-text';
import { ageColumn, defineTable, integer, nameColumn, text, wide } from '../../../shared/columns/table';
import type { appsv1 } from '../../../types';

export const table = defineTable<appsv1.DaemonSet>(
  nameColumn,
  integer(
    'Desired',
    'The total number of nodes that should be running the daemon pod (including nodes correctly running the ' +
      'daemon pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
    ({ status }) => status?.desiredNumberScheduled ?? 0,
  ),
  integer(
    'Current',
    'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More ' +
      'info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
    ({ status }) => status?.currentNumberScheduled ?? 0,
  ),
  integer(
    'Ready',
    'numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon ' +
      'pod running with a Ready Condition.',
    ({ status }) => status?.numberReady ?? 0,
  ),
  integer(
    'Up-to-date',
    'The total number of nodes that are running updated daemon pod',
    ({ status }) => status?.updatedNumberScheduled ?? 0,
  ),
  integer(
    'Available',
    'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running ' +
      'and available (ready for at least spec.minReadySeconds)',
    ({ status }) => status?.numberAvailable ?? 0,
  ),
  text(
    'Node Selector',
    'NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a ' +
      'node\'s labels for the pod to be scheduled on that node. More info: ' +
      'https://kubernetes.io/docs/concepts/configuration/assign-pod-node/',
    ({ spec }) => formatLabels(spec?.template.spec?.nodeSelector),
  ),
  ageColumn,
  containersColumn(({ spec }) => spec?.template.spec?.containers),
  imagesColumn(({ spec }) => spec?.template.spec?.containers),
  wide(
    text(
      'Selector',
      'A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must ' +
        'match the pod template\'s labels. More info: ' +
        'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => formatLabelSelector(spec?.selector),
    ),
  ),
);
