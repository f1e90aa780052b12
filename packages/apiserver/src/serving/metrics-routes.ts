import type { MetricsRegistry } from '@typekube/component-base';
import type { Router } from 'express';
import { route } from '../handlers/non-resource-handler';
import { sendText } from '../http/respond';

/** `/metrics`, and `/metrics/slis` for what is read more often. */
export function addMetricsRoutes(router: Router, registries: { readonly all: MetricsRegistry; readonly slis: MetricsRegistry }): void {
  for (const [path, registry] of [['/metrics', registries.all], ['/metrics/slis', registries.slis]] as const) {
    router.get(
      path,
      route(async (request, response) => {
        const { body, contentType } = await registry.expose();
        sendText(request, response, 200, body, contentType);
      }),
    );
  }
}
