import { setTimeout as delay } from 'node:timers/promises';
import { HealthEndpoint, type HealthCheck, pingCheck } from '@typekube/component-base';
import type { Router } from 'express';
import { route } from '../handlers/non-resource-handler';
import { sendText, sendUnknownPath } from '../http/respond';
import type { OnCheck } from './sli-metrics';

/** Upstream's defaults of --etcd-healthcheck-timeout and --etcd-readycheck-timeout. */
const DEFAULT_TIMEOUTS_MS = { health: 2000, ready: 2000 };

export interface HealthOptions {
  /** Fails with the reason if the store does not answer. */
  readonly checkStore: () => Promise<unknown>;
  /** How long the store may take to answer: to count as alive, and as ready. */
  readonly storeTimeoutMs?: { readonly health: number; readonly ready: number };
  /** Whether start-up is over and the server is not stopping. */
  readonly isReady: () => boolean;
  readonly isStopping: () => boolean;
  /** Of what else the server needs. */
  readonly others?: readonly HealthCheck[];
  readonly onFailure: (check: string, error: unknown) => void;
  readonly onCheck?: OnCheck;
}

/** `/healthz`, `/livez` and `/readyz`, with upstream's names of the single checks. */
export function addHealthRoutes(router: Router, options: HealthOptions): void {
  const timeouts = options.storeTimeoutMs ?? DEFAULT_TIMEOUTS_MS;
  const store = (timeoutMs: number): HealthCheck => ({ name: 'etcd', check: () => inTime(options.checkStore(), timeoutMs) });
  const started = fails('poststarthook/start-apiserver', () => !options.isReady() && !options.isStopping(), 'not finished');
  const policy = fails('poststarthook/rbac/bootstrap-roles', () => !options.isReady() && !options.isStopping(), 'not finished');
  const informers = fails('informer-sync', () => !options.isReady() && !options.isStopping(), 'caches are not loaded yet');
  const shutdown = fails('shutdown', options.isStopping, 'process is shutting down');
  const others = options.others ?? [];
  const endpoint = (name: string, checks: readonly HealthCheck[]): HealthEndpoint => {
    const { onFailure, onCheck } = options;
    return new HealthEndpoint(name, [...checks, ...others], { onFailure, onChecked: (check, isOk) => onCheck?.(name, check, isOk) });
  };
  const endpoints = [
    endpoint('healthz', [pingCheck, store(timeouts.health), started, policy]),
    endpoint('livez', [pingCheck, store(timeouts.health), started, policy]),
    endpoint('readyz', [pingCheck, store(timeouts.ready), informers, started, policy, shutdown]),
  ];
  for (const each of endpoints) addRoute(router, each);
}

/** Fails if there is no answer in time; who asks for health does not wait as long as who writes. */
async function inTime(answer: Promise<unknown>, timeoutMs: number): Promise<void> {
  const deadline = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: deadline.signal }).then(() => {
    throw new Error(`no answer in ${timeoutMs} ms`);
  });
  late.catch(() => undefined);
  await Promise.race([answer, late]).finally(() => deadline.abort());
}

function addRoute(router: Router, endpoint: HealthEndpoint): void {
  const root = `/${endpoint.name}`;
  router.get(
    [root, `${root}/*check`],
    route(async (request, response) => {
      const { info, query } = request.context;
      const answer = await endpoint.answer(info.path.slice(root.length), query);
      if (!answer) return sendUnknownPath(request, response);
      sendText(request, response, answer.status, answer.body, answer.contentType);
    }),
  );
}

function fails(name: string, isWrong: () => boolean, why: string): HealthCheck {
  return {
    name,
    check: () => {
      if (isWrong()) throw new Error(why);
    },
  };
}
