import { MetricsRegistry } from '@typekube/component-base';
import { ProxyMetrics } from '../metrics';
import { parseHostPort } from './http-server';
import { healthzHandler } from './healthz';
import { ProxyHealth } from './proxy-health';
import { healthAnswer } from './service-health';

describe('ProxyHealth', () => {
  let now = 0;
  const clock = { now: () => now, monotonic: () => now, after: () => ({ cancel: () => undefined }) };

  it('is bad when a change is not made in time, in any family', () => {
    const health = new ProxyHealth(clock, 1000);
    health.queued('IPv4');
    health.queued('IPv6');
    now = 500;
    health.queued('IPv4');
    health.updated('IPv6');
    now = 999;
    expect(health.isHealthy).toBe(true);
    now = 1000;
    expect([health.isHealthy, health.lastUpdated]).toEqual([false, 0]);
    health.updated('IPv4');
    expect([health.isHealthy, health.lastUpdated]).toEqual([true, 1000]);
  });

  it('sends load balancers away from a node that goes, but does not ask for a new start', async () => {
    const health = new ProxyHealth(clock, 1000);
    health.isNodeEligible = false;
    const registry = new MetricsRegistry();
    const answer = healthzHandler(health, new ProxyMetrics(registry));
    expect(await answer('/healthz', {})).toMatchObject({ status: 503, body: expect.stringContaining('"nodeEligible":false') });
    expect(await answer('/livez', {})).toMatchObject({ status: 200 });
    expect((await registry.expose()).body).toContain('kubeproxy_proxy_healthz_total{code="503"} 1');
  });
});

describe('healthAnswer', () => {
  it.each([
    [2, true, 200],
    [0, true, 503],
    [2, false, 503],
  ])('%d endpoints, proxy healthy: %s', (localEndpoints, isHealthy, status) => {
    const answer = healthAnswer({ namespace: 'a', name: 'b', port: 1, localEndpoints }, isHealthy);
    expect(answer).toMatchObject({ status, headers: { 'x-load-balancing-endpoint-weight': String(localEndpoints) } });
  });
});

describe('parseHostPort', () => {
  it.each([
    ['0.0.0.0:10256', { host: '0.0.0.0', port: 10_256 }],
    ['[::]:1', { host: '::', port: 1 }],
    ['::1', undefined],
    ['host', undefined],
  ])('%s', (text, expected) => {
    expect(parseHostPort(text)).toEqual(expected);
  });
});
