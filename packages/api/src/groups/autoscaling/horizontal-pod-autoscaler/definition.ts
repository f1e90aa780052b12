import { defineResource } from '../../../registry/define-resource';
import type { autoscalingv2 } from '../../../types';
import { table } from './columns';
import { conversionV1 } from './convert';
import { setDefaultsV1, setDefaultsV2 } from './defaults';
import { statusStrategy, strategy } from './strategy';

export const horizontalPodAutoscalers = defineResource<autoscalingv2.HorizontalPodAutoscaler>({
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  versions: [
    { version: 'v2', setDefaults: setDefaultsV2 },
    { version: 'v1', setDefaults: setDefaultsV1, conversion: conversionV1 },
  ],
  strategy,
  statusStrategy,
  table,
});
