import { exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';
import type { UserInfo } from '../chain/request-context';

/** Told how finding out who a client is has gone: `failure` where it says nothing that is known here, `error` where it is wrong. */
export type OnAuthentication = (result: 'success' | 'failure' | 'error', seconds: number, user?: UserInfo) => void;

/** Users that upstream shows by their names; of all others nothing is told. */
const KNOWN_USERS: ReadonlySet<string> = new Set(['admin', 'client', 'kube_proxy', 'kubelet', 'system:serviceaccount:kube-system:default']);

/** Counts who comes and how long it takes to know, with upstream's names. */
export function authenticationMetrics(registry: MetricsRegistry): OnAuthentication {
  const users = new Map<string, number>();
  registry.counter({
    name: 'authenticated_user_requests',
    help: 'Counter of authenticated requests broken out by username.',
    labelNames: ['username'],
    collect: (counter) => {
      for (const [username, count] of users) counter.inc({ username }, count);
    },
  });
  const histogram = registry.countedHistogram({
    name: 'authentication_duration_seconds',
    help: 'Authentication duration in seconds broken out by result.',
    labelNames: ['result'],
    buckets: exponentialBuckets(0.001, 2, 15),
  });
  const durations = {
    success: histogram.labels({ result: 'success' }),
    failure: histogram.labels({ result: 'failure' }),
    error: histogram.labels({ result: 'error' }),
  };
  registry.counter({
    name: 'authentication_attempts',
    help: 'Counter of authenticated attempts.',
    labelNames: ['result'],
    collect: (counter) => {
      for (const [result, { count }] of Object.entries(durations)) if (count) counter.inc({ result }, count);
    },
  });
  return (result, seconds, user) => {
    durations[result].observe(seconds);
    if (!user) return;
    const name = shortName(user.name);
    users.set(name, (users.get(name) ?? 0) + 1);
  };
}

function shortName(name: string): string {
  if (KNOWN_USERS.has(name)) return name;
  return name.includes('@') ? 'email_id' : 'other';
}

/** Told of each bearer token: whether its owner was known at once or had to be found out, and how that went. */
export interface TokenMetrics {
  knownAtOnce(seconds: number): void;
  /** Returns what to call when it has been found out. */
  asked(): (isOk: boolean, seconds: number) => void;
}

/** What upstream tells of its cache of tokens: here, owners are known at once by the tables of the single ways. */
export function tokenMetrics(registry: MetricsRegistry): TokenMetrics {
  const histogram = registry.countedHistogram({
    name: 'authentication_token_cache_request_duration_seconds',
    help: '',
    labelNames: ['status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const durations = { hit: histogram.labels({ status: 'hit' }), miss: histogram.labels({ status: 'miss' }) };
  const fetches = { ok: 0, error: 0 };
  let running = 0;
  registry.counter({
    name: 'authentication_token_cache_request_total',
    help: '',
    labelNames: ['status'],
    collect: (counter) => {
      for (const [status, { count }] of Object.entries(durations)) if (count) counter.inc({ status }, count);
    },
  });
  registry.counter({
    name: 'authentication_token_cache_fetch_total',
    help: '',
    labelNames: ['status'],
    collect: (counter) => {
      for (const [status, count] of Object.entries(fetches)) if (count) counter.inc({ status }, count);
    },
  });
  registry.gauge({
    name: 'authentication_token_cache_active_fetch_count',
    help: '',
    labelNames: ['status'],
    collect: (gauge) => gauge.set({ status: 'in_flight' }, running),
  });
  return {
    knownAtOnce: (seconds) => durations.hit.observe(seconds),
    asked() {
      running += 1;
      return (isOk, seconds) => {
        running -= 1;
        fetches[isOk ? 'ok' : 'error'] += 1;
        durations.miss.observe(seconds);
      };
    },
  };
}

/** How much longer the certificates of clients last, at each of their requests. */
export function certificateMetrics(registry: MetricsRegistry): (secondsLeft: number) => void {
  const [minute, hour, day] = [60, 3600, 86_400];
  const counts = registry
    .countedHistogram({
      name: 'apiserver_client_certificate_expiration_seconds',
      help: 'Distribution of the remaining lifetime on the certificate used to authenticate a request.',
      labelNames: [],
      buckets: [0, 30 * minute, hour, 2 * hour, 6 * hour, 12 * hour, day, 2 * day, 4 * day, 7 * day, 30 * day, 90 * day, 180 * day, 360 * day],
    })
    .labels({});
  return (secondsLeft) => counts.observe(secondsLeft);
}
