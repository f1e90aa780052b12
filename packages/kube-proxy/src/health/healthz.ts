import type { MetricsRegistry } from '@typekube/component-base';
import type { ProxyMetrics } from '../metrics';
import type { HttpHandler } from './http-server';
import type { ProxyHealth } from './proxy-health';

/** `--healthz-bind-address`: `/healthz` for load balancers, `/livez` for whoever would start the proxy again. */
export function healthzHandler(health: ProxyHealth, metrics: ProxyMetrics): HttpHandler {
  return (path) => {
    if (path !== '/healthz' && path !== '/livez') return undefined;
    const isLivez = path === '/livez';
    const isGood = health.isHealthy && (isLivez || health.isNodeEligible);
    const status = isGood ? 200 : 503;
    metrics.healthAnswer(isLivez ? 'livez' : 'healthz', status);
    const body = {
      lastUpdated: new Date(health.lastUpdated).toISOString(),
      currentTime: new Date().toISOString(),
      ...(!isLivez && { nodeEligible: health.isNodeEligible }),
    };
    return { status, body: JSON.stringify(body), contentType: 'application/json' };
  };
}

/** `--metrics-bind-address`. */
export function metricsHandler(registry: MetricsRegistry, mode: string): HttpHandler {
  return async (path) => {
    if (path === '/healthz') return { status: 200, body: 'ok' };
    if (path === '/proxyMode') return { status: 200, body: mode };
    if (path !== '/metrics') return undefined;
    return { status: 200, ...(await registry.expose()) };
  };
}
