import { endpoint, servicePort } from '../testing/objects';
import type { Endpoint } from './endpoints';
import type { ServicePort } from './services';
import { usableEndpoints } from './topology';

const place = { nodeName: 'node-1', zone: 'a' };
const terminating = { isReady: false, isServing: true, isTerminating: true };
const unready = { isReady: false, isServing: false };
const away = { isLocal: false };
const local: Partial<ServicePort> = { nodePort: 30_080, externalPolicyLocal: true };

interface Case {
  readonly name: string;
  readonly service?: Partial<ServicePort>;
  readonly endpoints: readonly Partial<Endpoint>[];
  readonly cluster: readonly number[];
  readonly local?: readonly number[];
  readonly hasAny?: boolean;
}

/** Endpoints are named by their place in the list. */
const CASES: readonly Case[] = [
  { name: 'no endpoints', endpoints: [], cluster: [], hasAny: false },
  { name: 'ready ones only', endpoints: [{}, unready, terminating], cluster: [0] },
  { name: 'terminating ones where none is ready', endpoints: [unready, terminating], cluster: [1] },
  { name: 'not those that serve no more', endpoints: [{ ...unready, isTerminating: true }], cluster: [], hasAny: false },
  { name: 'of the zone', endpoints: [{ zoneHints: ['a'] }, { zoneHints: ['b'] }], cluster: [0] },
  { name: 'all, as one has no hint', endpoints: [{ zoneHints: ['a'] }, {}], cluster: [0, 1] },
  { name: 'all, as none is for the zone', endpoints: [{ zoneHints: ['b'] }, { zoneHints: ['c'] }], cluster: [0, 1] },
  {
    name: 'a hint is not asked of unready ones',
    endpoints: [{ zoneHints: ['a'] }, { ...unready }, { zoneHints: ['b'] }],
    cluster: [0],
  },
  {
    name: 'of the node before the zone',
    endpoints: [
      { nodeHints: ['node-1'], zoneHints: ['a'] },
      { nodeHints: ['node-2'], zoneHints: ['a'] },
    ],
    cluster: [0],
  },
  {
    name: 'of the zone, as none is for the node',
    endpoints: [
      { nodeHints: ['node-2'], zoneHints: ['a'] },
      { nodeHints: ['node-3'], zoneHints: ['b'] },
    ],
    cluster: [0],
  },
  { name: 'Local', service: local, endpoints: [{}, away], cluster: [0, 1], local: [0] },
  { name: 'Local, terminating here, ready elsewhere', service: local, endpoints: [terminating, away], cluster: [1], local: [0] },
  { name: 'Local, nothing here', service: local, endpoints: [away], cluster: [0], local: [] },
  { name: 'internal Local alone', service: { internalPolicyLocal: true }, endpoints: [{}, away], cluster: [], local: [0] },
  { name: 'internal Local, nothing here', service: { internalPolicyLocal: true }, endpoints: [away], cluster: [], local: [] },
];

describe('usableEndpoints', () => {
  it.each(CASES)('$name', ({ service, endpoints, cluster, local: expectedLocal = [], hasAny = true }) => {
    const all = endpoints.map((overrides, i) => endpoint(`10.244.0.${i}`, overrides));
    const usable = usableEndpoints(servicePort(service), all, place);
    const indexes = (list: readonly Endpoint[]): number[] => list.map((one) => all.indexOf(one));
    expect(indexes(usable.cluster)).toEqual(cluster);
    expect(indexes(usable.local)).toEqual(expectedLocal);
    expect(indexes(usable.reachable).sort()).toEqual([...new Set([...cluster, ...expectedLocal])].sort());
    expect(usable.hasAny).toBe(hasAny);
  });
});
