import type { EndpointSlice, Service } from '../shared/objects';
import { pod, type PodFields } from '../testing/workloads';
import { type Endpoint, planEndpoints } from './plan-endpoints';
import { planSlices } from './plan-slices';

const PORTS = [{ name: 'http', port: 80, protocol: 'TCP' }];

function endpoint(i: number, ready = true): Endpoint {
  return { addresses: [`10.0.0.${i}`], conditions: { ready }, targetRef: { kind: 'Pod', uid: `u${i}` } };
}

function slice(name: string, endpoints: readonly Endpoint[], ports = PORTS): EndpointSlice {
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name }, addressType: 'IPv4', ports, endpoints };
}

/** The sizes that slices get: new ones, changed ones, and the names of those that go. */
function outcome(existing: readonly EndpointSlice[], wanted: readonly Endpoint[], maxPerSlice = 3) {
  const groups = wanted.length > 0 ? [{ ports: PORTS, endpoints: wanted }] : [];
  const { create, update, remove } = planSlices({ family: 'IPv4', groups, existing, maxPerSlice });
  return {
    create: create.map(({ endpoints }) => endpoints.length),
    update: Object.fromEntries(update.map((each) => [each.slice.metadata.name, each.endpoints.length])),
    remove: remove.map(({ metadata }) => metadata.name),
  };
}

const NOTHING = { create: [], update: {}, remove: [] };
const range = (count: number, from = 0): Endpoint[] => Array.from({ length: count }, (_, i) => endpoint(from + i));

describe('planSlices', () => {
  it.each([
    ['nothing yet', [], [], { ...NOTHING, create: [0] }],
    ['an empty one stays', [slice('a', [], [])], [], NOTHING],
    ['new ones are filled', [], range(7), { ...NOTHING, create: [3, 3, 1] }],
    ['nothing changes', [slice('a', range(3))], range(3), NOTHING],
    ['one with room is filled', [slice('a', range(2))], range(3), { ...NOTHING, update: { a: 3 } }],
    ['a full one is left alone', [slice('a', range(3))], range(4), { ...NOTHING, create: [1] }],
    ['endpoints stay where they are', [slice('a', range(3)), slice('b', range(3, 3))], range(5, 1), { ...NOTHING, update: { a: 2 } }],
    ['an empty one goes', [slice('a', range(3)), slice('b', range(1, 3))], range(3), { ...NOTHING, remove: ['b'] }],
    ['conditions are news', [slice('a', range(3))], [endpoint(0, false), ...range(2, 1)], { ...NOTHING, update: { a: 3 } }],
    ['the last pod is gone', [slice('a', range(3))], [], { create: [0], update: {}, remove: ['a'] }],
    ['doubles go', [slice('a', range(2)), slice('b', range(2))], range(2), { ...NOTHING, remove: ['b'] }],
    ['ports are other ones', [slice('a', range(1), [])], range(1), { create: [1], update: {}, remove: ['a'] }],
  ] as const)('%s', (_, existing, wanted, expected) => {
    expect(outcome(existing, wanted)).toEqual(expected);
  });
});

describe('planEndpoints', () => {
  const service = (spec: Service['spec']): Service => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, ...(spec && { spec }) });
  const plan = (fields: PodFields, spec: Service['spec'] = {}) => planEndpoints(service(spec), [pod({ ip: '10.0.0.1', ...fields })], { family: 'IPv4', nodeOf: () => undefined });

  it.each<[string, PodFields, Service['spec'], object | undefined]>([
    ['ready', { ready: 1 }, {}, { ready: true, serving: true, terminating: false }],
    ['not ready', {}, {}, { ready: false, serving: false, terminating: false }],
    ['published all the same', {}, { publishNotReadyAddresses: true }, { ready: true, serving: false, terminating: false }],
    ['being deleted', { ready: 1, deleted: true }, {}, { ready: false, serving: true, terminating: true }],
    ['ended', { phase: 'Succeeded' }, {}, undefined],
    ['of the other family', { ip: 'fd00::1' }, {}, undefined],
  ])('%s', (_, fields, spec, expected) => {
    expect(plan(fields, spec).groups[0]?.endpoints[0]?.conditions).toEqual(expected);
  });

  it.each([
    ['a number', 8443, [8443]],
    ['a name', 'http', [8080]],
    ['a name that is not there', 'other', []],
    ['none', undefined, [80]],
  ])('finds a target port by %s', (_, targetPort, expected) => {
    const { groups } = plan({}, { ports: [{ name: 'main', port: 80, ...(targetPort && { targetPort }) }] });
    expect(groups[0]?.ports.map(({ port }) => port)).toEqual(expected);
  });

  it('leaves out pods whose node it does not know', () => {
    expect(plan({ node: 'gone' })).toEqual({ groups: [], withoutNode: 1 });
  });
});
