import type { Pod } from '../framework/objects';
import { filterResults, makeNode, makePod, scoreResults } from '../testing';
import { NodeAffinity } from './node-affinity';

type Expression = { key: string; operator: string; values?: string[] };
type Term = { matchExpressions?: Expression[]; matchFields?: Expression[] };

const required = (...nodeSelectorTerms: Term[]): Partial<NonNullable<Pod['spec']>> => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const labels = (...matchExpressions: Expression[]): Term => ({ matchExpressions });
const named = (...values: string[]): Term => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values }] });

const nodes = [makeNode('a', { labels: { zone: 'x', cores: '8' } }), makeNode('b', { labels: { zone: 'y' } })];
const no = "UnschedulableAndUnresolvable: node(s) didn't match Pod's node affinity/selector";
const plugin = (): NodeAffinity => new NodeAffinity();

it.each<[string, Partial<NonNullable<Pod['spec']>>, string, string]>([
  ['nothing asked for', {}, 'ok', 'ok'],
  ['a node selector', { nodeSelector: { zone: 'x' } }, 'ok', no],
  ['a node selector with two labels', { nodeSelector: { zone: 'x', cores: '4' } }, no, no],
  ['In', required(labels({ key: 'zone', operator: 'In', values: ['x', 'z'] })), 'ok', no],
  ['NotIn', required(labels({ key: 'zone', operator: 'NotIn', values: ['x'] })), no, 'ok'],
  ['NotIn of an absent label', required(labels({ key: 'cores', operator: 'NotIn', values: ['4'] })), 'ok', 'ok'],
  ['Exists', required(labels({ key: 'cores', operator: 'Exists' })), 'ok', no],
  ['DoesNotExist', required(labels({ key: 'cores', operator: 'DoesNotExist' })), no, 'ok'],
  ['Gt', required(labels({ key: 'cores', operator: 'Gt', values: ['4'] })), 'ok', no],
  ['Lt', required(labels({ key: 'cores', operator: 'Lt', values: ['8'] })), no, no],
  [
    'both conditions of a term',
    required(labels({ key: 'zone', operator: 'Exists' }, { key: 'cores', operator: 'Exists' })),
    'ok',
    no,
  ],
  [
    'either of two terms',
    required(labels({ key: 'zone', operator: 'In', values: ['y'] }), labels({ key: 'cores', operator: 'Exists' })),
    'ok',
    'ok',
  ],
  ['an empty term matches nothing', required({}), no, no],
  ['no terms match nothing', required(), no, no],
  ['a term that cannot be read is left out', required(labels({ key: 'zone', operator: 'Like', values: ['x'] })), no, no],
  ['selector and affinity', { nodeSelector: { zone: 'y' }, ...required(labels({ key: 'cores', operator: 'Exists' })) }, no, no],
  ['a name', required(named('a')), 'ok', 'left out'],
  [
    'a name that another term does not ask for',
    required(named('a'), labels({ key: 'zone', operator: 'In', values: ['y'] })),
    'ok',
    'ok',
  ],
  [
    'names that exclude each other',
    required({ matchFields: [...(named('a').matchFields ?? []), ...(named('b').matchFields ?? [])] }),
    'UnschedulableAndUnresolvable: pod affinity terms conflict',
    'UnschedulableAndUnresolvable: pod affinity terms conflict',
  ],
])('filters: %s', (_, spec, a, b) => {
  expect(filterResults(plugin, makePod('p', { spec }), { nodes })).toEqual({ a, b });
});

it('enforces what the profile adds', () => {
  const nodeSelectorTerms = [labels({ key: 'zone', operator: 'In', values: ['x'] })];
  const added = (): NodeAffinity =>
    new NodeAffinity({ addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } });
  expect(filterResults(added, makePod('p'), { nodes })).toEqual({
    a: 'ok',
    b: "UnschedulableAndUnresolvable: node(s) didn't match scheduler-enforced node affinity",
  });
});

it('scores by the weights of the preferences that a node meets', () => {
  const preferred = [
    { weight: 20, preference: labels({ key: 'zone', operator: 'Exists' }) },
    { weight: 60, preference: labels({ key: 'cores', operator: 'Exists' }) },
  ];
  const spec = { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } };
  expect(scoreResults(plugin, makePod('p', { spec }), { nodes: [...nodes, makeNode('c')] })).toEqual({ a: 100, b: 25, c: 0 });
  expect(scoreResults(plugin, makePod('p'), { nodes })).toBeUndefined();
});
