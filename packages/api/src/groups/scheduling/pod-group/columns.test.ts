import type { schedulingv1alpha2 } from '../../../types';
import { table } from './columns';

const NOW = new Date('2026-01-10T12:00:00Z');
const head = { apiVersion: 'scheduling.k8s.io/v1alpha2', kind: 'PodGroup' } as const;
const metadata = { name: 'a', creationTimestamp: '2026-01-10T11:00:00Z' };
const condition = (type: string, status: string, reason: string) => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: '2026-01-10T11:00:00Z',
});

describe('the columns of pod groups', () => {
  it.each<[what: string, object: schedulingv1alpha2.PodGroup, cells: unknown[]]>([
    ['bare', { ...head, metadata, spec: { schedulingPolicy: {} } }, ['a', 'Basic', '<none>', 'Pending', '60m']],
    [
      'scheduled',
      {
        ...head,
        metadata,
        spec: {
          schedulingPolicy: { gang: { minCount: 2 } },
          podGroupTemplateRef: { workload: { workloadName: 'w', podGroupTemplateName: 't' } },
        },
        status: { conditions: [condition('PodGroupScheduled', 'True', 'Scheduled')] },
      },
      ['a', 'Gang', 'w', 'Scheduled', '60m'],
    ],
    [
      'disrupted',
      {
        ...head,
        metadata,
        spec: { schedulingPolicy: {} },
        status: {
          conditions: [condition('PodGroupScheduled', 'False', 'x'), condition('DisruptionTarget', 'True', 'Preempted')],
        },
      },
      ['a', 'Basic', '<none>', 'Preempted', '60m'],
    ],
  ])('%s', (_, object, cells) => {
    expect(table.cells(object, NOW)).toEqual(cells);
  });
});
