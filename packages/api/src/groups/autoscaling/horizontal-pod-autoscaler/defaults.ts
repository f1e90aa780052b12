import type { autoscalingv1, autoscalingv2 } from '../../../types';

const CPU_UTILIZATION_PERCENT = 80;

/** What `autoscaling/v1` fills in; the CPU target it leaves to the controller. */
export function setDefaultsV1({ spec }: autoscalingv1.HorizontalPodAutoscaler): void {
  if (spec) spec.minReplicas ??= 1;
}

/** What `autoscaling/v2` fills in: a CPU target where no metric is given, and a behaviour that is given only in part. */
export function setDefaultsV2({ spec }: autoscalingv2.HorizontalPodAutoscaler): void {
  if (!spec) return;
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) {
    const target = { type: 'Utilization', averageUtilization: CPU_UTILIZATION_PERCENT };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  if (!spec.behavior) return;
  spec.behavior = {
    scaleUp: { ...scaleUpRules(), ...definedFields(spec.behavior.scaleUp) },
    scaleDown: { ...scaleDownRules(), ...definedFields(spec.behavior.scaleDown) },
  };
}

/** At once, by the larger of doubling and four pods every 15 seconds. */
function scaleUpRules(): autoscalingv2.HPAScalingRules {
  return {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  };
}

/** To nothing within 15 seconds; the stabilization window is the controller's flag unless given. */
function scaleDownRules(): autoscalingv2.HPAScalingRules {
  return { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };
}

function definedFields(rules: autoscalingv2.HPAScalingRules | undefined): autoscalingv2.HPAScalingRules {
  return Object.fromEntries(Object.entries(rules ?? {}).filter(([, value]) => value !== undefined && value !== null));
}
