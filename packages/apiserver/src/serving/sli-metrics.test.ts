import { TestServer } from '../testing';
import { addHealthRoutes } from './health-routes';
import { addMetricsRoutes } from './metrics-routes';
import { SliMetrics } from './sli-metrics';

it('tells how each check of the health endpoints has gone, and nothing else', async () => {
  const slis = new SliMetrics();
  let isDown = false;
  await using server = await TestServer.start({
    namespaces: [],
    addRoutes: (router) => {
      addMetricsRoutes(router, { all: slis.registry, slis: slis.registry });
      addHealthRoutes(router, {
        checkStore: () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve()),
        isReady: () => true,
        isStopping: () => false,
        onFailure: () => undefined,
        onCheck: slis.onCheck,
      });
    },
  });
  await server.request('GET', '/livez');
  isDown = true;
  await server.request('GET', '/livez');
  await server.request('GET', '/livez?exclude=etcd');
  await server.request('GET', '/readyz/etcd');
  const { text } = await server.request('GET', '/metrics/slis');
  const lines = text.split('\n').filter((line) => line.includes('etcd'));
  expect(lines).toEqual([
    'kubernetes_healthcheck{type="livez",name="etcd"} 0',
    'kubernetes_healthchecks_total{type="livez",name="etcd",status="success"} 1',
    'kubernetes_healthchecks_total{type="livez",name="etcd",status="error"} 1',
  ]);
  expect(text).toContain('# HELP kubernetes_healthcheck [STABLE] This metric records the result of a single healthcheck.');
  expect(text).not.toContain('process_');
});
