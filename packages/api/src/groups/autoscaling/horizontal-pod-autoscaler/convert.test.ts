import type { autoscalingv2 } from '../../../types';
import { conversionV1 } from './convert';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const metadata = { name: 'a', annotations: { own: 'x' } };

const full: autoscalingv2.HorizontalPodAutoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata,
  spec: {
    scaleTargetRef,
    minReplicas: 1,
    maxReplicas: 9,
    metrics: [
      {
        type: 'Object',
        object: {
          describedObject: { kind: 'Ingress', name: 'i', apiVersion: 'networking.k8s.io/v1' },
          metric: { name: 'requests', selector: { matchLabels: { a: 'b' } } },
          target: { type: 'Value', value: '10k' },
        },
      },
      { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '5' } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 60 } },
      },
      { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } } },
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ],
    behavior: {
      scaleDown: {
        stabilizationWindowSeconds: 60,
        selectPolicy: 'Min',
        policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }],
      },
    },
  },
  status: {
    currentReplicas: 2,
    desiredReplicas: 3,
    observedGeneration: 4,
    currentMetrics: [
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 40, averageValue: '200m' } } },
      { type: 'External', external: { metric: { name: 'queue' }, current: { value: '0', averageValue: '7' } } },
    ],
    conditions: [{ type: 'AbleToScale', status: 'True', reason: 'r', message: 'm' }],
  },
};

describe('autoscaling/v1', () => {
  it('comes back whole from v2', () => {
    expect(conversionV1.toStorage(conversionV1.fromStorage(full))).toEqual(full);
  });

  it('shows CPU in its own field and the rest in annotations', () => {
    const v1 = conversionV1.fromStorage(full);
    expect(v1.apiVersion).toBe('autoscaling/v1');
    expect(v1.spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 9, targetCPUUtilizationPercentage: 80 });
    expect(v1.status).toEqual({
      currentReplicas: 2,
      desiredReplicas: 3,
      observedGeneration: 4,
      currentCPUUtilizationPercentage: 40,
    });
    const annotations = v1.metadata.annotations ?? {};
    expect(Object.keys(annotations)).toEqual([
      'own',
      'autoscaling.alpha.kubernetes.io/metrics',
      'autoscaling.alpha.kubernetes.io/current-metrics',
      'autoscaling.alpha.kubernetes.io/behavior',
      'autoscaling.alpha.kubernetes.io/conditions',
    ]);
    const metrics: unknown = JSON.parse(annotations['autoscaling.alpha.kubernetes.io/metrics'] ?? '');
    expect(metrics).toEqual([
      {
        type: 'Object',
        object: {
          target: { kind: 'Ingress', name: 'i', apiVersion: 'networking.k8s.io/v1' },
          metricName: 'requests',
          targetValue: '10k',
          selector: { matchLabels: { a: 'b' } },
        },
      },
      { type: 'Pods', pods: { metricName: 'm', targetAverageValue: '5' } },
      { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'c', targetAverageUtilization: 60 } },
      { type: 'External', external: { metricName: 'queue', targetAverageValue: '30' } },
    ]);
    expect(annotations['autoscaling.alpha.kubernetes.io/behavior']).toBe(
      '{"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":60,"SelectPolicy":"Min",' +
        '"Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":null}}',
    );
  });

  it('becomes a CPU metric in v2', () => {
    const v2 = conversionV1.toStorage({
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'a' },
      ...{ spec: { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 50 } },
    });
    expect(v2).toEqual({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'a' },
      spec: {
        scaleTargetRef,
        maxReplicas: 3,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
      },
    });
  });

  it.each(['not JSON', '7', '{"a":1}', 'null', '["x"]'])('drops an annotation that is %s', (text) => {
    const v2 = conversionV1.toStorage({
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: { annotations: { 'autoscaling.alpha.kubernetes.io/metrics': text } },
      ...{ spec: { scaleTargetRef, maxReplicas: 3 } },
    });
    expect(v2.spec).toEqual({ scaleTargetRef, maxReplicas: 3 });
    expect(v2.metadata).toEqual({});
  });
});
