import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { parseResolvConf, podDns } from './pod-dns';

describe('podDns', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dns-'));
  const resolvConf = join(folder, 'resolv.conf');
  writeFileSync(resolvConf, '# node\nnameserver 192.168.0.1\nsearch lan\noptions timeout:1\n');
  afterAll(() => rmSync(folder, { recursive: true }));
  const cluster = { servers: ['10.0.0.10'], domain: 'cluster.local', resolvConf };
  const own = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'lan'];

  it.each<[string, Partial<PodSpec>, object]>([
    ['ClusterFirst', {}, { servers: ['10.0.0.10'], searches: own, options: ['ndots:5'] }],
    ['Default', { dnsPolicy: 'Default' }, { servers: ['192.168.0.1'], searches: ['lan'], options: ['timeout:1'] }],
    [
      'ClusterFirst in the network of the node',
      { hostNetwork: true },
      { servers: ['192.168.0.1'], searches: ['lan'], options: ['timeout:1'] },
    ],
    [
      'ClusterFirstWithHostNet',
      { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
      { servers: ['10.0.0.10'], searches: own, options: ['ndots:5'] },
    ],
    [
      'None',
      { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '2' }, { name: 'debug' }] } },
      { servers: ['1.1.1.1'], searches: [], options: ['ndots:2', 'debug'] },
    ],
    [
      'an option of the pod wins',
      { dnsConfig: { options: [{ name: 'ndots', value: '1' }] } },
      { servers: ['10.0.0.10'], searches: own, options: ['ndots:1'] },
    ],
  ])('%s', async (_, spec, expected) => {
    expect(await podDns(podOf(['a'], spec), cluster)).toEqual({ config: expected, warnings: [] });
  });

  it("falls back to the node's resolvers where there are none of the cluster, and says so", async () => {
    const { config, warnings } = await podDns(podOf(['a']), { ...cluster, servers: [] });
    expect(config).toEqual({ servers: ['192.168.0.1'], searches: ['lan'], options: ['timeout:1'] });
    expect(warnings).toEqual([{ reason: 'MissingClusterDNS', message: expect.stringContaining('Falling back to "Default" policy') }]);
  });

  it('leaves out what resolvers do not take, and says what is left', async () => {
    const nameservers = ['1.1.1.1', '1.1.1.2', '1.1.1.3'];
    const searches = Array.from({ length: 40 }, (_, i) => `${'x'.repeat(80)}.n${i}`);
    const { config, warnings } = await podDns(podOf(['a'], { dnsConfig: { nameservers, searches } }), cluster);
    expect(config.servers).toEqual(['10.0.0.10', '1.1.1.1', '1.1.1.2']);
    expect(config.searches?.slice(0, 4)).toEqual(own);
    expect(config.searches?.join(' ').length).toBeLessThanOrEqual(2048);
    expect(config.searches?.length).toBeLessThan(32);
    expect(warnings.map(({ reason }) => reason)).toEqual(['DNSConfigForming', 'DNSConfigForming']);
    expect(warnings[0]?.message).toContain('the applied nameserver line is: 10.0.0.10 1.1.1.1 1.1.1.2');
  });
});

it('takes the last search line', () => {
  expect(parseResolvConf('search a\nsearch b c\n')).toMatchObject({ searches: ['b', 'c'] });
});
