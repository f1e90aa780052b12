import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { hostsText } from './hosts-file';
import { parseResolvConf, podDns } from './sandbox-config';

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
    expect(await podDns(podOf(['a'], spec), cluster)).toEqual(expected);
  });
});

it('takes the last search line', () => {
  expect(parseResolvConf('search a\nsearch b c\n')).toMatchObject({ searches: ['b', 'c'] });
});

it('writes the hosts of a pod', () => {
  const text = hostsText(
    podOf(['a'], { subdomain: 'sub', hostAliases: [{ ip: '1.2.3.4', hostnames: ['x', 'y'] }] }),
    ['10.0.0.5'],
    'cluster.local',
  );
  expect(text).toContain('# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n');
  expect(text).toContain('10.0.0.5\tweb.sub.default.svc.cluster.local\tweb\n');
  expect(text).toContain('\n# Entries added by HostAliases.\n1.2.3.4\tx\ty\n');
});
