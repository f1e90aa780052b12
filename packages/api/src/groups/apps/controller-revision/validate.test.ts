import { context, messagesOf } from '../../../testing/workloads';
import type { appsv1 } from '../../../types';
import { strategy } from './strategy';

const revision = (fields: Partial<appsv1.ControllerRevision> = {}): appsv1.ControllerRevision => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: 'db-1' },
  data: { spec: { a: 1 } },
  revision: 1,
  ...fields,
});

describe('controller revisions', () => {
  it('need data and a number', () => {
    const { data: _, ...empty } = revision({ revision: -1 });
    expect(messagesOf(strategy.validate?.(empty, context))).toEqual([
      'data: Required value: data is mandatory',
      'revision: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });

  it('keep what they hold, and may be numbered anew', () => {
    expect(messagesOf(strategy.validateUpdate?.(revision({ revision: 2 }), revision(), context))).toEqual([]);
    expect(messagesOf(strategy.validateUpdate?.(revision({ data: { spec: { a: 2 } } }), revision(), context))).toEqual([
      'data: Invalid value: {"spec":{"a":2}}: field is immutable',
    ]);
  });
});
