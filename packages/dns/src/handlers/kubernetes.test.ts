import type { RecordType } from 'dns-packet';
import { response } from '../server/message';
import { Rcode } from '../server/wire';
import { clusterOf, OBJECTS } from '../testing/cluster';
import { query, textOf } from '../testing/packets';
import type { Handler } from './handlers';
import { kubernetesHandler } from './kubernetes';

const SOA = '| cluster.local SOA ns.dns.cluster.local 30';
const next: Handler = (asked) =>
  Promise.resolve(
    asked.question.labels.join('.') === 'example.com'
      ? response(asked, { rcode: Rcode.NoError, answers: [{ owner: 'example.com', type: 'A', ttl: 9, data: '192.0.2.1' }] })
      : response(asked, { rcode: Rcode.Refused }),
  );

async function ask(name: string, type: RecordType, isSynced = true): Promise<string> {
  const handler = kubernetesHandler({ cluster: clusterOf(OBJECTS, isSynced), domain: 'cluster.local', ttl: 30, random: () => 0 });
  return textOf(await handler(query(name, type), next));
}

it.each<[string, RecordType, string]>([
  ['kubernetes.default.svc.cluster.local', 'A', 'NOERROR aa | kubernetes.default.svc.cluster.local A 10.96.0.1'],
  ['kubernetes.default.svc.cluster.local', 'AAAA', `NOERROR aa ${SOA}`],
  ['kubernetes.default.svc.cluster.local', 'MX', `NOERROR aa ${SOA}`],
  ['dual.default.svc.cluster.local', 'AAAA', 'NOERROR aa | dual.default.svc.cluster.local AAAA fd00::2'],
  [
    'dual.default.svc.cluster.local',
    'SRV',
    'NOERROR aa | dual.default.svc.cluster.local SRV 0 25 1 dual.default.svc.cluster.local | dual.default.svc.cluster.local SRV 0 25 2 dual.default.svc.cluster.local' +
      ' | dual.default.svc.cluster.local A 10.96.0.2 | dual.default.svc.cluster.local AAAA fd00::2',
  ],
  [
    '_https._tcp.kubernetes.default.svc.cluster.local',
    'SRV',
    'NOERROR aa | _https._tcp.kubernetes.default.svc.cluster.local SRV 0 100 443 kubernetes.default.svc.cluster.local | kubernetes.default.svc.cluster.local A 10.96.0.1',
  ],
  ['_https._udp.kubernetes.default.svc.cluster.local', 'SRV', `NXDOMAIN aa ${SOA}`],
  ['_b._udp.dual.default.svc.cluster.local', 'A', 'NOERROR aa | _b._udp.dual.default.svc.cluster.local A 10.96.0.2'],
  [
    'headless.default.svc.cluster.local',
    'A',
    'NOERROR aa | headless.default.svc.cluster.local A 10.244.0.5 | headless.default.svc.cluster.local A 10.244.0.6',
  ],
  ['headless.default.svc.cluster.local', 'AAAA', 'NOERROR aa | headless.default.svc.cluster.local AAAA fd00:244::5'],
  ['web-0.headless.default.svc.cluster.local', 'A', 'NOERROR aa | web-0.headless.default.svc.cluster.local A 10.244.0.5'],
  ['10-244-0-6.headless.default.svc.cluster.local', 'A', 'NOERROR aa | 10-244-0-6.headless.default.svc.cluster.local A 10.244.0.6'],
  ['10-244-0-7.headless.default.svc.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['192-168-0-1.kubernetes.default.svc.cluster.local', 'A', 'NOERROR aa | 192-168-0-1.kubernetes.default.svc.cluster.local A 192.168.0.1'],
  [
    '_http._tcp.headless.default.svc.cluster.local',
    'SRV',
    'NOERROR aa | _http._tcp.headless.default.svc.cluster.local SRV 0 33 8080 web-0.headless.default.svc.cluster.local' +
      ' | _http._tcp.headless.default.svc.cluster.local SRV 0 33 8080 10-244-0-6.headless.default.svc.cluster.local' +
      ' | web-0.headless.default.svc.cluster.local A 10.244.0.5 | 10-244-0-6.headless.default.svc.cluster.local A 10.244.0.6' +
      ' | web-0.headless.default.svc.cluster.local AAAA fd00:244::5',
  ],
  ['portless.default.svc.cluster.local', 'A', 'NOERROR aa | portless.default.svc.cluster.local A 10.244.0.5'],
  ['portless.default.svc.cluster.local', 'SRV', `NOERROR aa ${SOA}`],
  ['lonely.default.svc.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['missing.default.svc.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['kubernetes.default.default.svc.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['kubernetes.missing.svc.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['empty.svc.cluster.local', 'A', `NOERROR aa ${SOA}`],
  ['missing.svc.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['svc.cluster.local', 'A', `NOERROR aa ${SOA}`],
  ['cluster.local', 'SOA', `NOERROR aa ${SOA}`],
  ['example.com.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['dns-version.cluster.local', 'TXT', 'NOERROR aa | dns-version.cluster.local TXT 1.1.0'],
  ['10-244-0-5.default.pod.cluster.local', 'A', 'NOERROR aa | 10-244-0-5.default.pod.cluster.local A 10.244.0.5'],
  ['10-244-0-5.default.pod.cluster.local', 'AAAA', `NOERROR aa ${SOA}`],
  ['10-244-0-5.missing.pod.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['web.default.pod.cluster.local', 'A', `NXDOMAIN aa ${SOA}`],
  ['alias.default.svc.cluster.local', 'CNAME', 'NOERROR aa | alias.default.svc.cluster.local CNAME Example.com'],
  ['alias.default.svc.cluster.local', 'A', 'NOERROR aa | alias.default.svc.cluster.local CNAME Example.com | Example.com A 192.0.2.1'],
  [
    'inner.default.svc.cluster.local',
    'A',
    'NOERROR aa | inner.default.svc.cluster.local CNAME kubernetes.default.svc.cluster.local | kubernetes.default.svc.cluster.local A 10.96.0.1',
  ],
  ['ring.default.svc.cluster.local', 'A', 'SERVFAIL aa | ring.default.svc.cluster.local CNAME ring.default.svc.cluster.local'],
  ['1.0.96.10.in-addr.arpa', 'PTR', 'NOERROR aa | 1.0.96.10.in-addr.arpa PTR kubernetes.default.svc.cluster.local'],
  [
    '5.0.244.10.in-addr.arpa',
    'PTR',
    'NOERROR aa | 5.0.244.10.in-addr.arpa PTR web-0.headless.default.svc.cluster.local | 5.0.244.10.in-addr.arpa PTR 10-244-0-5.portless.default.svc.cluster.local',
  ],
  ['9.9.9.9.in-addr.arpa', 'PTR', 'REFUSED'],
  ['other.example.com', 'A', 'REFUSED'],
])('%s %s', async (name, type, expected) => {
  expect(await ask(name, type)).toBe(expected);
});

it('compares names without their case, and answers in the case of the question', async () => {
  expect(await ask('KuberNetes.default.SVC.cluster.LOCAL', 'A')).toBe('NOERROR aa | KuberNetes.default.SVC.cluster.LOCAL A 10.96.0.1');
});

it('does not deny what it may not know yet', async () => {
  expect(await ask('missing.default.svc.cluster.local', 'A', false)).toBe('SERVFAIL');
});

it('starts with another address each time', async () => {
  const handler = kubernetesHandler({ cluster: clusterOf(OBJECTS), domain: 'cluster.local', ttl: 30, random: () => 0.6 });
  expect(textOf(await handler(query('headless.default.svc.cluster.local', 'A'), next))).toMatch(/A 10\.244\.0\.6 \| .* A 10\.244\.0\.5$/);
});
