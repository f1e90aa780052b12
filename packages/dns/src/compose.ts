import type { Clock, Logger, MetricsRegistry } from '@typekube/component-base';
import { Cache, CACHE_ENTRIES } from './handlers/cache';
import { errorsHandler } from './handlers/errors';
import { Forwarder } from './handlers/forward';
import { chain, type Handler } from './handlers/handlers';
import { kubernetesHandler } from './handlers/kubernetes';
import { LoopGuard } from './handlers/loop';
import { DnsMetrics } from './metrics';
import type { FollowedCluster } from './records/cluster';
import { answerTo } from './server/answer';
import type { Respond } from './server/listen';
import type { ResolverAddress } from './upstream/resolv-conf';

export interface CompositionOptions {
  readonly cluster: FollowedCluster;
  readonly domain: string;
  readonly ttl: number;
  readonly resolvers: readonly ResolverAddress[];
  /** As the metrics name this server. */
  readonly server: string;
  readonly registry: MetricsRegistry;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A server without its sockets. */
export interface Composition {
  readonly respond: Respond;
  /** Looks for a loop of forwarders; to be called when the sockets are there. */
  readonly probe: () => Promise<void>;
  readonly close: () => void;
}

/** As upstream's Corefile: `cache 30`. */
const MAX_CACHE_SECONDS = 30;

/** Puts the handlers together. */
export function composeDns({ cluster, domain, ttl, resolvers, server, registry, clock, log }: CompositionOptions): Composition {
  const metrics = new DnsMetrics({ registry, server, domain });
  const cache = new Cache({ clock, maxTtl: MAX_CACHE_SECONDS, maxEntries: CACHE_ENTRIES, onHit: metrics.cacheHit, onMiss: metrics.cacheMiss });
  metrics.watchCache(cache);
  const forwarder = new Forwarder({ resolvers, clock, log, metrics });
  const loop = new LoopGuard(log);
  const handler: Handler = chain(
    [
      errorsHandler(log, metrics.panicked),
      // Before the cache: what is known of the cluster is always the newest.
      kubernetesHandler({ cluster, domain, ttl, random: Math.random }),
      loop.handler,
      cache.handler,
    ],
    forwarder.handler,
  );
  return {
    respond: measured(handler, { metrics, clock }),
    probe: () => loop.probe(forwarder.handler),
    close: () => forwarder.close(),
  };
}

function measured(handler: Handler, { metrics, clock }: { readonly metrics: DnsMetrics; readonly clock: Clock }): Respond {
  return ({ bytes, transport, family }) => {
    const started = clock.monotonic();
    const { query, answer } = answerTo({ bytes, transport }, handler) ?? {};
    if (!answer) return undefined;
    const count = (response: Buffer): Buffer => {
      metrics.answered({ transport, family, query, requestBytes: bytes.length, response, milliseconds: clock.monotonic() - started });
      return response;
    };
    return answer instanceof Promise ? answer.then(count) : count(answer);
  };
}
