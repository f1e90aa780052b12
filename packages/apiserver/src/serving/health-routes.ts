import { HealthEndpoint, type HealthCheck, pingCheck } from '@typekube/component-base';
import { newUnknownPath } from '@typekube/apimachinery';
import type { Router } from 'express';
import { route } from '../handlers/non-resource-handler';
import { sendText } from '../http/respond';

export interface HealthOptions {
  /** Fails with the reason if the store does not answer. */
  readonly checkStore: () => Promise<unknown>;
  /** Whether start-up is over and the server is not stopping. */
  readonly isReady: () => boolean;
  readonly isStopping: () => boolean;
  readonly onFailure: (check: string, error: unknown) => void;
}

/** `/healthz`, `/livez` and `/readyz`, with upstream's names of the single checks. */
export function addHealthRoutes(router: Router, options: HealthOptions): void {
  const store: HealthCheck = { name: 'etcd', check: async () => void (await options.checkStore()) };
  const started = fails('poststarthook/start-apiserver', () => !options.isReady() && !options.isStopping(), 'not finished');
  const informers = fails('informer-sync', () => !options.isReady() && !options.isStopping(), 'caches are not loaded yet');
  const shutdown = fails('shutdown', options.isStopping, 'process is shutting down');
  const report = { onFailure: options.onFailure };
  const endpoints = [
    new HealthEndpoint('healthz', [pingCheck, store, started], report),
    new HealthEndpoint('livez', [pingCheck, store, started], report),
    new HealthEndpoint('readyz', [pingCheck, store, informers, started, shutdown], report),
  ];
  for (const endpoint of endpoints) addRoute(router, endpoint);
}

function addRoute(router: Router, endpoint: HealthEndpoint): void {
  const root = `/${endpoint.name}`;
  router.get(
    [root, `${root}/*check`],
    route(async (request, response) => {
      const { info, query } = request.context;
      const answer = await endpoint.answer(info.path.slice(root.length), query);
      if (!answer) throw newUnknownPath();
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
