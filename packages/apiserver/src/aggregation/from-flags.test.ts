import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MetricsRegistry, systemClock } from '@typekube/component-base';
import { clientIdentity } from '../testing';
import { aggregationFromFlags } from './from-flags';

const folder = mkdtempSync(join(tmpdir(), 'typekube-aggregation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const context = { clock: systemClock, metrics: new MetricsRegistry(), log: { error: () => undefined } };
const flags = { proxyClientCertFile: undefined, proxyClientKeyFile: undefined, enableAggregatorRouting: true, aggregatorRejectForwardingRedirect: true };

it('reads the certificate that the server shows', async () => {
  const pair = clientIdentity({ commonName: 'front-proxy-client' });
  const [proxyClientCertFile, proxyClientKeyFile] = [join(folder, 'c.crt'), join(folder, 'c.key')];
  writeFileSync(proxyClientCertFile, pair.certificate);
  writeFileSync(proxyClientKeyFile, pair.key);
  const { options } = await aggregationFromFlags({ ...flags, proxyClientCertFile, proxyClientKeyFile, enableAggregatorRouting: false }, context);
  expect(options).toMatchObject({ identity: pair, routing: 'cluster-ip', rejectsRedirects: true });
});

it('refuses half of one, and one that is not there', async () => {
  await expect(aggregationFromFlags({ ...flags, proxyClientCertFile: 'c' }, context)).rejects.toThrow('must be specified together');
  const none = { proxyClientCertFile: join(folder, 'none.crt'), proxyClientKeyFile: join(folder, 'none.key') };
  await expect(aggregationFromFlags({ ...flags, ...none }, context)).rejects.toThrow('must both exist');
});
