import type { autoscalingv2 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const scaleTargetRef = { kind: 'Deployment', name: 'web' };

describe('the columns of horizontal pod autoscalers', () => {
  it.each<[what: string, object: autoscalingv2.HorizontalPodAutoscaler, cells: unknown[]]>([
    [
      'no metrics',
      { ...head, metadata, spec: { scaleTargetRef, maxReplicas: 5 } },
      ['a', 'Deployment/web', '<none>', '<unset>', 5, 0, '60m'],
    ],
    [
      'CPU and more',
      {
        ...head,
        metadata,
        spec: {
          scaleTargetRef,
          minReplicas: 2,
          maxReplicas: 5,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
            { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '100m' } } },
            { type: 'External', external: { metric: { name: 'q' }, target: { type: 'Value', value: '30' } } },
          ],
        },
        status: {
          currentReplicas: 3,
          desiredReplicas: 3,
          currentMetrics: [
            { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12, averageValue: '6m' } } },
          ],
        },
      },
      ['a', 'Deployment/web', 'cpu: 12%/80%, <unknown>/100m + 1 more...', '2', 5, 3, '60m'],
    ],
    [
      'averages',
      {
        ...head,
        metadata,
        spec: {
          scaleTargetRef,
          maxReplicas: 5,
          metrics: [
            { type: 'External', external: { metric: { name: 'q' }, target: { type: 'AverageValue', averageValue: '30' } } },
            {
              type: 'ContainerResource',
              containerResource: { name: 'memory', container: 'c', target: { type: 'AverageValue', averageValue: '1Gi' } },
            },
          ],
        },
        status: {
          desiredReplicas: 1,
          currentMetrics: [
            { type: 'External', external: { metric: { name: 'q' }, current: { averageValue: '12' } } },
            {
              type: 'ContainerResource',
              containerResource: { name: 'memory', container: 'c', current: { averageValue: '512Mi' } },
            },
          ],
        },
      },
      ['a', 'Deployment/web', '12/30 (avg), memory: 512Mi/1Gi', '<unset>', 5, 0, '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
