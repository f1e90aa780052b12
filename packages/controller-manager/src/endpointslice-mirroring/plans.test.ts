import type { Endpoints, EndpointSlice } from '../shared/objects';
import { planEndpoints } from './plan-endpoints';
import { planSlices } from './plan-slices';
import { mayBeMirrored } from './reconcile';

type Metadata = Omit<Endpoints['metadata'], 'name'>;
type Subsets = NonNullable<Endpoints['subsets']>;

const HTTP = [{ name: 'http', port: 80 }];
const MIRRORED_HTTP = [{ name: 'http', port: 80, protocol: 'TCP' }];

function endpoints(subsets: Subsets = [], metadata: Metadata = {}): Endpoints {
  return { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'db', namespace: 'default', uid: 'e', ...metadata }, subsets };
}

function addresses(...ips: string[]): { ip: string }[] {
  return ips.map((ip) => ({ ip }));
}

/** What is wanted, in short: the family, the ports' numbers, and the addresses, with `!` where they are not ready. */
function shortOf(subsets: Subsets, max = 1000): string[] {
  return [...planEndpoints(endpoints(subsets), max).slices.values()].map(({ family, ports, endpoints: all }) => {
    const texts = all.map(({ addresses: [first], conditions }) => `${first ?? ''}${conditions?.ready ? '' : '!'}`);
    return `${family} ${ports.map(({ port }) => port).join()}: ${texts.join(' ')}`;
  });
}

it.each<[string, Subsets, string[]]>([
  ['nothing', [], []],
  ['ready and not ready ones', [{ addresses: addresses('10.0.0.1'), notReadyAddresses: addresses('10.0.0.2'), ports: HTTP }], ['IPv4 80: 10.0.0.1 10.0.0.2!']],
  ['families apart', [{ addresses: addresses('10.0.0.1', 'fd00::1'), ports: HTTP }], ['IPv4 80: 10.0.0.1', 'IPv6 80: fd00::1']],
  ['ports apart', [{ addresses: addresses('10.0.0.1'), ports: HTTP }, { addresses: addresses('10.0.0.1'), ports: [{ port: 81 }] }], ['IPv4 80: 10.0.0.1', 'IPv4 81: 10.0.0.1']],
  ['subsets of the same ports together', [{ addresses: addresses('10.0.0.1'), ports: HTTP }, { addresses: addresses('10.0.0.2'), ports: HTTP }], ['IPv4 80: 10.0.0.1 10.0.0.2']],
  ['an address once', [{ addresses: addresses('10.0.0.1'), notReadyAddresses: addresses('10.0.0.1'), ports: HTTP }], ['IPv4 80: 10.0.0.1!']],
  ['no ports', [{ addresses: addresses('10.0.0.1') }], ['IPv4 : 10.0.0.1']],
  ['addresses written anew', [{ addresses: addresses('010.000.0.1', '::ffff:10.0.0.2', 'FD00:0::1'), ports: HTTP }], ['IPv4 80: 10.0.0.1 10.0.0.2', 'IPv6 80: fd00::1']],
])('mirrors %s', (_, subsets, expected) => {
  expect(shortOf(subsets)).toEqual(expected);
});

it('takes over what an address says', () => {
  const targetRef = { kind: 'Pod', namespace: 'default', name: 'p', uid: 'u' };
  const subsets = [{ addresses: [{ ip: '10.0.0.1', hostname: 'h', nodeName: 'n', targetRef }], ports: [{ port: 1, protocol: 'UDP', appProtocol: 'x' }] }];
  const [slice] = planEndpoints(endpoints(subsets), 1000).slices.values();
  expect(slice?.endpoints).toEqual([{ addresses: ['10.0.0.1'], conditions: { ready: true }, hostname: 'h', nodeName: 'n', targetRef }]);
  expect(slice?.ports).toEqual([{ name: '', port: 1, protocol: 'UDP', appProtocol: 'x' }]);
});

it.each<[string, Subsets, { readonly kept: string[]; readonly invalid: number; readonly skipped: number }]>([
  ['what is no address', [{ addresses: addresses('10.0.0.1', 'host', ''), ports: HTTP }], { kept: ['IPv4 80: 10.0.0.1'], invalid: 2, skipped: 2 }],
  [
    'those that are not ready, beyond the bound of a subset',
    [{ addresses: addresses('10.0.0.1', '10.0.0.2'), notReadyAddresses: addresses('10.0.0.3', '10.0.0.4'), ports: HTTP }],
    { kept: ['IPv4 80: 10.0.0.1 10.0.0.2 10.0.0.3!'], invalid: 0, skipped: 1 },
  ],
  [
    'what subsets of the same ports have beyond it together',
    [{ addresses: addresses('10.0.0.1', '10.0.0.2'), ports: HTTP }, { addresses: addresses('10.0.0.3', '10.0.0.4'), ports: HTTP }],
    { kept: ['IPv4 80: 10.0.0.1 10.0.0.2 10.0.0.3'], invalid: 0, skipped: 1 },
  ],
])('skips, and counts, %s', (_, subsets, { kept, invalid, skipped }) => {
  expect(shortOf(subsets, 3)).toEqual(kept);
  expect(planEndpoints(endpoints(subsets), 3)).toMatchObject({ invalid, skipped });
});

describe('planSlices', () => {
  const plan = (of: Endpoints, existing: readonly EndpointSlice[] = []) => planSlices(of, planEndpoints(of, 1000).slices, existing);
  /** The slices that the Endpoints have when everything is done, with names. */
  const done = (of: Endpoints): EndpointSlice[] => {
    return plan(of).create.map((slice, i) => ({ ...slice, metadata: { ...slice.metadata, name: `db-${i}`, uid: `s${i}`, resourceVersion: '1' } }));
  };
  const one = endpoints([{ addresses: addresses('10.0.0.1', '10.0.0.2'), ports: HTTP }]);
  const names = (slices: readonly EndpointSlice[]) => slices.map(({ metadata }) => metadata.name);

  it('makes slices that say whose they are', () => {
    const annotations = { note: 'x', 'endpoints.kubernetes.io/last-change-trigger-time': 't', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const { create } = plan(endpoints(one.subsets, { labels: { team: 'a', 'kubernetes.io/service-name': 'other' }, annotations }));
    expect(create).toEqual([
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          generateName: 'db-',
          namespace: 'default',
          labels: {
            team: 'a',
            'kubernetes.io/service-name': 'db',
            'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          },
          annotations: { note: 'x' },
          ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name: 'db', uid: 'e', controller: true, blockOwnerDeletion: true }],
        },
        addressType: 'IPv4',
        ports: MIRRORED_HTTP,
        endpoints: [
          { addresses: ['10.0.0.1'], conditions: { ready: true } },
          { addresses: ['10.0.0.2'], conditions: { ready: true } },
        ],
      },
    ]);
  });

  it.each([
    ['is as it was', one],
    ['has its addresses in another order', endpoints([{ addresses: addresses('10.0.0.2', '10.0.0.1'), ports: HTTP }])],
    ['was applied by kubectl again', endpoints(one.subsets, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } })],
  ])('writes nothing where it %s', (_, now) => {
    expect(plan(now, done(one))).toEqual({ create: [], update: [], remove: [] });
  });

  it.each([
    ['an address more', endpoints([{ addresses: addresses('10.0.0.1', '10.0.0.2', '10.0.0.3'), ports: HTTP }])],
    ['an address less', endpoints([{ addresses: addresses('10.0.0.1'), ports: HTTP }])],
    ['an address that is not ready any more', endpoints([{ addresses: addresses('10.0.0.1'), notReadyAddresses: addresses('10.0.0.2'), ports: HTTP }])],
    ['another label', endpoints(one.subsets, { labels: { team: 'b' } })],
    ['another annotation', endpoints(one.subsets, { annotations: { note: 'y' } })],
    ['another object of that name', endpoints(one.subsets, { uid: 'other' })],
    ['other ports, in the slice that it has', endpoints([{ addresses: addresses('10.0.0.1'), ports: [{ port: 81 }] }])],
  ])('updates for %s', (_, now) => {
    const { create, update, remove } = plan(now, done(one));
    expect([names(create), names(update), names(remove)]).toEqual([[], ['db-0'], []]);
    expect(update[0]?.metadata.resourceVersion).toBe('1');
    expect(plan(now, update)).toEqual({ create: [], update: [], remove: [] });
  });

  it('never turns a slice into one of another family', () => {
    const { create, update, remove } = plan(endpoints([{ addresses: addresses('fd00::1'), ports: HTTP }]), done(one));
    expect([create.length, names(update), names(remove)]).toEqual([1, [], ['db-0']]);
  });

  it('deletes all but one of a key, and all where nothing is left', () => {
    const [slice] = done(one);
    const twice = slice ? [slice, { ...slice, metadata: { ...slice.metadata, name: 'more' } }] : [];
    expect(names(plan(one, twice).remove)).toEqual(['more']);
    expect(names(plan(endpoints(), twice).remove)).toEqual(['db-0', 'more']);
  });

  it('makes none for Endpoints that are being deleted', () => {
    expect(plan({ ...one, metadata: { ...one.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }).create).toEqual([]);
  });
});

it.each<[string, Metadata, boolean]>([
  ['plain', {}, true],
  ['with the label', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, false],
  ['with the label of another value', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'no' } }, true],
  ['of a leader election', { annotations: { 'control-plane.alpha.kubernetes.io/leader': '' } }, false],
])('tells whether to mirror Endpoints %s', (_, metadata, expected) => {
  expect(mayBeMirrored(endpoints([], metadata))).toBe(expected);
});
