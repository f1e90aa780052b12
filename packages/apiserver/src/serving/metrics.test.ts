import { TestServer } from '../testing/test-server';
import { ServerMetrics } from './metrics';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

describe('the metrics of requests', () => {
  it('count answers by verb, resource and code, each once however often they are read', async () => {
    const metrics = new ServerMetrics();
    await using server = await TestServer.start({ metrics: metrics.filter });
    for (let i = 0; i < 3; i++) await server.request('GET', CONFIG_MAPS);
    await server.request('GET', `${CONFIG_MAPS}/none`);
    await server.request('POST', `${CONFIG_MAPS}?dryRun=All`, { metadata: { name: 'a' } });
    for (let read = 0; read < 2; read++) {
      const { body } = await metrics.registry.expose();
      const lines = body.split('\n').filter((line) => line.startsWith('apiserver_request_total{') && line.includes('configmaps'));
      expect(lines.map(brief).sort()).toEqual(['CREATE All 201: 1', 'GET  404: 1', 'LIST  200: 3']);
    }
  });
});

/** Verb, dry run, code and count of a line. */
function brief(line: string): string {
  const label = (name: string): string => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1] ?? '?';
  return `${label('verb')} ${label('dry_run')} ${label('code')}: ${line.split(' ').at(-1)}`;
}
