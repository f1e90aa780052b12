import type { FieldNumbers } from './field-numbers';

export const node: FieldNumbers = {
  Overhead: 'podFixed:1',
  RuntimeClass: 'metadata:1 handler:2 overhead*:3 scheduling*:4',
  Scheduling: 'nodeSelector:1 tolerations:2',
};
