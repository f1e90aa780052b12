import { formatLabelSelector } from '@typekube/apimachinery';
import { ageColumn, defineTable, nameColumn, text } from '../../../shared/columns/table';
import type { networkingv1 } from '../../../types';

export const table = defineTable<networkingv1.NetworkPolicy>(
  nameColumn,
  text(
    'Pod-Selector',
    'podSelector selects the pods to which this NetworkPolicy object applies. The array of rules is applied to ' +
      'any pods selected by this field. An empty selector matches all pods in the policy\'s namespace. Multiple ' +
      'network policies can select the same set of pods. In this case, the ingress rules for each are combined ' +
      'additively. This field is optional. If it is not specified, it defaults to an empty selector.',
    ({ spec }) => formatLabelSelector(spec?.podSelector),
  ),
  ageColumn,
);
