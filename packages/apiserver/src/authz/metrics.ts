import { exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';
import type { Authorizer, Decision } from './authorizer';

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

/** Told of what single authorizers decide. */
export type OnDecision = (authorizer: { readonly type: string; readonly name: string }) => Record<'allowed' | 'denied', () => void>;

/** Counts decisions by the authorizer that made them; those that left it to the next are not counted. */
export function decisionMetrics(registry: MetricsRegistry): OnDecision {
  const counter = registry.counter({
    name: 'apiserver_authorization_decisions_total',
    help: 'Total number of terminal decisions made by an authorizer split by authorizer type, name, and decision.',
    labelNames: ['type', 'name', 'decision'],
  });
  return ({ type, name }) => {
    // Kept: this is in the way of every request.
    const [allowed, denied] = [counter.labels(type, name, 'allowed'), counter.labels(type, name, 'denied')];
    return { allowed: () => allowed.inc(), denied: () => denied.inc() };
  };
}

/** The authorizer, with its decisions counted. */
export function counted(authorizer: Authorizer, { allowed, denied }: ReturnType<OnDecision>): Authorizer {
  const count = (decided: Decision): Decision => {
    if (decided.decision === 'Allow') allowed();
    else if (decided.decision === 'Deny') denied();
    return decided;
  };
  return {
    authorize(attributes) {
      const decided = authorizer.authorize(attributes);
      return decided instanceof Promise ? decided.then(count) : count(decided);
    },
    ...(authorizer.rulesFor && { rulesFor: authorizer.rulesFor.bind(authorizer) }),
  };
}

function resultOf({ decision, error }: Decision): 'allowed' | 'denied' | 'no-opinion' | 'error' {
  if (decision === 'Allow') return 'allowed';
  if (error) return 'error';
  return decision === 'Deny' ? 'denied' : 'no-opinion';
}
