import { containerImages, containerNames } from '../../../shared/columns/containers';
import { formatLabels } from '../../../shared/columns/selector-text';
import { defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { corev1 } from '../../../types';

export const table = defineTable<corev1.PodTemplate>(
  nameColumn,
  text(
    'Containers',
    'Names of each container in the template.',
    ({ template }) => containerNames(template?.spec?.containers),
  ),
  text(
    'Images',
    'Images referenced by each container in the template.',
    ({ template }) => containerImages(template?.spec?.containers),
  ),
  text('Pod Labels', 'The labels for the pod template.', ({ template }) => formatLabels(template?.metadata?.labels)),
);
