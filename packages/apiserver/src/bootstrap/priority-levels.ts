import type { flowcontrolv1 } from '@typekube/api';

type Spec = flowcontrolv1.PriorityLevelConfigurationSpec;

/** Levels that every server has, whoever changes them. `exempt` lets its shares be chosen. */
export const MANDATORY_LEVELS: Readonly<Record<string, Spec>> = {
  exempt: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  'catch-all': { type: 'Limited', limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } } },
};

/** Levels that a server comes with, until their owner takes them over. */
export const SUGGESTED_LEVELS: Readonly<Record<string, Spec>> = {
  // What keeps nodes and the cluster itself going.
  system: limited(30, 33, { queues: 64, handSize: 6 }),
  // Heartbeats of nodes.
  'node-high': limited(40, 25, { queues: 64, handSize: 6 }),
  'leader-election': limited(10, 0, { queues: 16, handSize: 4 }),
  // Built-in controllers.
  'workload-high': limited(40, 50, { queues: 128, handSize: 6 }),
  // Everything that runs in pods.
  'workload-low': limited(100, 90, { queues: 128, handSize: 6 }),
  'global-default': limited(20, 50, { queues: 128, handSize: 6 }),
};

function limited(nominalConcurrencyShares: number, lendablePercent: number, queues: { queues: number; handSize: number }): Spec {
  const limitResponse = { type: 'Queue', queuing: { ...queues, queueLengthLimit: 50 } };
  return { type: 'Limited', limited: { nominalConcurrencyShares, lendablePercent, limitResponse } };
}
