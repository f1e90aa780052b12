import type { Overlay } from './overlay';

export const autoscaling: Overlay = {
  'v1.CrossVersionObjectReference': { '.': 'map=atomic' },
  HPAScalingRules: { policies: 'list=atomic' },
  HorizontalPodAutoscalerSpec: { metrics: 'list=atomic' },
  HorizontalPodAutoscalerStatus: { conditions: 'list=map(type) patch=merge(type)', currentMetrics: 'list=atomic' },
};
