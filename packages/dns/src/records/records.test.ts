import { addressOfPodName, addressOfReverseName } from './address';
import { labelsWithin, parseName } from './name';

const split = (name: string): string[] => (name ? name.split('.') : []);

it.each<[string, object]>([
  ['', { kind: 'between' }],
  ['svc', { kind: 'between' }],
  ['pod', { kind: 'between' }],
  ['ns.svc', { kind: 'between', namespace: 'ns' }],
  ['web.ns.svc', { kind: 'service', namespace: 'ns', name: 'web' }],
  ['a.web.ns.svc', { kind: 'service', namespace: 'ns', name: 'web', endpoint: 'a' }],
  ['_http._tcp.web.ns.svc', { kind: 'service', namespace: 'ns', name: 'web', port: 'http', protocol: 'tcp' }],
  ['too.many.labels.web.ns.svc', { kind: 'nothing' }],
  ['1-2-3-4.ns.pod', { kind: 'pod', namespace: 'ns', name: '1-2-3-4' }],
  ['a.1-2-3-4.ns.pod', { kind: 'nothing' }],
  ['dns-version', { kind: 'version' }],
  ['a.dns-version', { kind: 'nothing' }],
  ['example.com', { kind: 'nothing' }],
])('reads %s', (name, expected) => {
  expect(parseName(split(name))).toEqual(expected);
});

it('knows the names of a domain', () => {
  const domain = split('cluster.local');
  expect(labelsWithin(split('a.svc.cluster.local'), domain)).toEqual(['a', 'svc']);
  expect(labelsWithin(split('cluster.local'), domain)).toEqual([]);
  expect(labelsWithin(split('acluster.local'), domain)).toBeUndefined();
  expect(labelsWithin(split('local'), domain)).toBeUndefined();
});

it.each<[string, string | undefined]>([
  ['4.3.2.10.in-addr.arpa', '10.2.3.4'],
  ['3.2.10.in-addr.arpa', undefined],
  ['4.3.2.256.in-addr.arpa', undefined],
  ['5.0.0.0.d.f.ip6.arpa', undefined],
  ['5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.4.2.0.0.0.d.f.ip6.arpa', 'fd00:244::5'],
  ['example.com', undefined],
])('reads the address in %s', (name, expected) => {
  expect(addressOfReverseName(split(name))).toBe(expected);
});

it.each<[string, string | undefined]>([
  ['10-244-0-5', '10.244.0.5'],
  ['fd00--5', 'fd00::5'],
  ['fd00-0-0-0-0-0-0-5', 'fd00::5'],
  ['10-244-0-256', undefined],
  ['web', undefined],
])('reads the pod %s', (name, expected) => {
  expect(addressOfPodName(name)).toBe(expected);
});
