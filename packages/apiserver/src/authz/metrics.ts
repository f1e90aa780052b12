import { exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';
import type { Decision } from './authorizer';

/** Told how a request was decided upon, and how long that took. */
export type OnAuthorization = (decision: Decision, seconds: number) => void;

/** Counts decisions on requests, with upstream's names. */
export function authorizationMetrics(registry: MetricsRegistry): OnAuthorization {
  const histogram = registry.countedHistogram({
    name: 'authorization_duration_seconds',
    help: 'Authorization duration in seconds broken out by result.',
    labelNames: ['result'],
    buckets: exponentialBuckets(0.001, 2, 15),
  });
  const durations = {
    allowed: histogram.labels({ result: 'allowed' }),
    denied: histogram.labels({ result: 'denied' }),
    'no-opinion': histogram.labels({ result: 'no-opinion' }),
    error: histogram.labels({ result: 'error' }),
  };
  registry.counter({
    name: 'authorization_attempts_total',
    help: "Counter of authorization attempts broken down by result. It can be either 'allowed', 'denied', 'no-opinion' or 'error'.",
    labelNames: ['result'],
    collect: (counter) => {
      for (const [result, { count }] of Object.entries(durations)) if (count) counter.inc({ result }, count);
    },
  });
  return (decision, seconds) => durations[resultOf(decision)].observe(seconds);
}

function resultOf({ decision, error }: Decision): 'allowed' | 'denied' | 'no-opinion' | 'error' {
  if (decision === 'Allow') return 'allowed';
  if (error) return 'error';
  return decision === 'Deny' ? 'denied' : 'no-opinion';
}
