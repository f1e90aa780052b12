import { type Pod } from '../framework/objects';
import { filterResults, makeNode, makePod, scoreResults } from '../testing';
import { InterPodAffinity } from './inter-pod-affinity';

type Term = NonNullable<
  NonNullable<NonNullable<NonNullable<Pod['spec']>['affinity']>['podAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
>[number];
type Spec = Partial<NonNullable<Pod['spec']>>;

const term = (labels: Record<string, string>, topologyKey = 'zone', rest: Partial<Term> = {}): Term => ({
  labelSelector: { matchLabels: labels },
  topologyKey,
  ...rest,
});
const near = (...terms: Term[]): Spec => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
});
const apart = (...terms: Term[]): Spec => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
});
const plugin = (handle: ConstructorParameters<typeof InterPodAffinity>[0]): InterPodAffinity => new InterPodAffinity(handle);

const nodes = [
  makeNode('a', { labels: { zone: 'x' } }),
  makeNode('b', { labels: { zone: 'x' } }),
  makeNode('c', { labels: { zone: 'y' } }),
  makeNode('d'),
];
const web = makePod('web', { nodeName: 'a', labels: { app: 'web' } });
const noAffinity = "UnschedulableAndUnresolvable: node(s) didn't match pod affinity rules";
const noAnti = "Unschedulable: node(s) didn't match pod anti-affinity rules";
const noExisting = "Unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";
const all = (text: string) => ({ a: text, b: text, c: text, d: text });

it.each<[string, Pod, Pod[], Record<string, string>]>([
  ['nothing asked for', makePod('p'), [web], all('ok')],
  ['near', makePod('p', { spec: near(term({ app: 'web' })) }), [web], { a: 'ok', b: 'ok', c: noAffinity, d: noAffinity }],
  [
    'near on the same host',
    makePod('p', { spec: near(term({ app: 'web' }, 'kubernetes.io/hostname')) }),
    [web],
    { ...all(noAffinity), a: 'ok' },
  ],
  ['near what is not there', makePod('p', { spec: near(term({ app: 'db' })) }), [web], all(noAffinity)],
  [
    'near itself: the first of its kind',
    makePod('p', { labels: { app: 'db' }, spec: near(term({ app: 'db' })) }),
    [web],
    { a: 'ok', b: 'ok', c: 'ok', d: noAffinity },
  ],
  [
    'near two that no pod is both of',
    makePod('p', { spec: near(term({ app: 'web' }), term({ tier: 'front' })) }),
    [web],
    all(noAffinity),
  ],
  ['apart', makePod('p', { spec: apart(term({ app: 'web' })) }), [web], { a: noAnti, b: noAnti, c: 'ok', d: 'ok' }],
  ['apart from another namespace', makePod('p', { namespace: 'other', spec: apart(term({ app: 'web' })) }), [web], all('ok')],
  [
    'apart, the namespace named',
    makePod('p', { namespace: 'other', spec: apart(term({ app: 'web' }, 'zone', { namespaces: ['default'] })) }),
    [web],
    { a: noAnti, b: noAnti, c: 'ok', d: 'ok' },
  ],
  [
    'apart, the namespace selected',
    makePod('p', {
      namespace: 'other',
      spec: apart(term({ app: 'web' }, 'zone', { namespaceSelector: { matchLabels: { team: 'one' } } })),
    }),
    [web],
    { a: noAnti, b: noAnti, c: 'ok', d: 'ok' },
  ],
  [
    'apart, every namespace',
    makePod('p', { namespace: 'other', spec: apart(term({ app: 'web' }, 'zone', { namespaceSelector: {} })) }),
    [web],
    { a: noAnti, b: noAnti, c: 'ok', d: 'ok' },
  ],
  [
    'existing pods keep it away',
    makePod('p', { labels: { app: 'web' } }),
    [makePod('lonely', { nodeName: 'c', spec: apart(term({ app: 'web' })) })],
    { a: 'ok', b: 'ok', c: noExisting, d: 'ok' },
  ],
])('filters: %s', (_, pod, pods, expected) => {
  expect(filterResults(plugin, pod, { nodes, pods, namespaces: { default: { team: 'one' }, other: {} } })).toEqual(expected);
});

it('scores by the weights of preferences, its own and those of others', () => {
  const prefers = (weight: number, anti = false): Spec => {
    const preferredDuringSchedulingIgnoredDuringExecution = [{ weight, podAffinityTerm: term({ app: 'web' }) }];
    return { affinity: { [anti ? 'podAntiAffinity' : 'podAffinity']: { preferredDuringSchedulingIgnoredDuringExecution } } };
  };
  expect(scoreResults(plugin, makePod('p', { spec: prefers(5) }), { nodes, pods: [web] })).toEqual({
    a: 100,
    b: 100,
    c: 0,
    d: 0,
  });
  expect(scoreResults(plugin, makePod('p', { spec: prefers(5, true) }), { nodes, pods: [web] })).toEqual({
    a: 0,
    b: 0,
    c: 100,
    d: 100,
  });
  const admirer = makePod('admirer', { nodeName: 'c', spec: near(term({ app: 'new' })) });
  expect(scoreResults(plugin, makePod('p', { labels: { app: 'new' } }), { nodes, pods: [admirer] })).toEqual({
    a: 0,
    b: 0,
    c: 100,
    d: 0,
  });
  expect(scoreResults(plugin, makePod('p'), { nodes, pods: [web] })).toBeUndefined();
});
