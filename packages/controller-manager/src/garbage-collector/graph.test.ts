import type { Cached } from '../shared/objects';
import { blockingDependents, DependencyGraph, FOREGROUND, type GraphNode, ORPHAN } from './graph';
import { planCollection } from './plan-collection';

interface Fields {
  readonly owners?: readonly string[];
  readonly deleting?: string;
  readonly blocks?: boolean;
}

function object(uid: string, { owners = [], deleting, blocks = true }: Fields = {}): Cached {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: uid,
      namespace: 'default',
      uid,
      ownerReferences: owners.map((owner) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid: owner, blockOwnerDeletion: blocks })),
      ...(deleting !== undefined && { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [deleting] }),
    },
  };
}

function nodeOf(graph: DependencyGraph, uid = 'x'): GraphNode {
  const node = graph.get(uid);
  if (!node) throw new Error(`no node ${uid}`);
  return node;
}

describe('DependencyGraph', () => {
  it('looks for owners that it does not know', () => {
    const graph = new DependencyGraph();
    expect(graph.observe(object('child', { owners: ['parent'] })).attemptToDelete).toEqual(['parent']);
    expect(graph.get('parent')).toMatchObject({ isVirtual: true, identity: { namespace: 'default' } });
    graph.observe(object('parent'));
    expect(graph.get('parent')?.isVirtual).toBe(false);
    expect(graph.get('parent')?.dependents.size).toBe(1);
  });

  it('has dependents looked at when their owner is gone', () => {
    const graph = new DependencyGraph();
    graph.observe(object('parent'));
    graph.observe(object('child', { owners: ['parent'] }));
    expect(graph.remove('parent').attemptToDelete).toEqual(['child']);
  });

  it('has all looked at for a foreground deletion, and the owner again as they go', () => {
    const graph = new DependencyGraph();
    graph.observe(object('parent'));
    graph.observe(object('a', { owners: ['parent'] }));
    graph.observe(object('b', { owners: ['parent'], blocks: false }));
    expect(graph.observe(object('parent', { deleting: FOREGROUND })).attemptToDelete).toEqual(['parent', 'a', 'b']);
    const parent = nodeOf(graph, 'parent');
    expect(blockingDependents(parent).map(({ identity }) => identity.uid)).toEqual(['a']);
    expect(graph.observe(object('late', { owners: ['parent'] })).attemptToDelete).toEqual(['late']);
    expect(graph.remove('a').attemptToDelete).toEqual(['parent']);
  });

  it('has dependents freed once for an orphaning deletion', () => {
    const graph = new DependencyGraph();
    graph.observe(object('parent'));
    expect(graph.observe(object('parent', { deleting: ORPHAN })).attemptToOrphan).toEqual(['parent']);
    expect(graph.observe(object('parent', { deleting: ORPHAN })).attemptToOrphan).toEqual([]);
  });

  it('looks at an owner again that is blocked no more', () => {
    const graph = new DependencyGraph();
    graph.observe(object('parent'));
    graph.observe(object('child', { owners: ['parent'] }));
    expect(graph.observe(object('child', { owners: ['parent'], blocks: false })).attemptToDelete).toEqual(['parent']);
    expect(graph.observe(object('child')).attemptToDelete).toEqual([]);
    expect(graph.get('parent')?.dependents.size).toBe(0);
  });
});

describe('planCollection', () => {
  const references = (states: readonly ('solid' | 'dangling' | 'waiting')[]) =>
    states.map((is, i) => ({ is, reference: { apiVersion: 'v1', kind: 'ConfigMap', name: `o${i}`, uid: `o${i}` } }));
  const plan = (states: readonly ('solid' | 'dangling' | 'waiting')[], fields: Fields = {}, graph = new DependencyGraph()) => {
    graph.observe(object('x', fields));
    return planCollection(nodeOf(graph), object('x', fields), references(states));
  };

  it.each([
    [[], { do: 'keep' }],
    [['solid'], { do: 'keep' }],
    [['solid', 'dangling', 'waiting'], { do: 'drop-references', uids: ['o1', 'o2'] }],
    [['dangling', 'dangling'], { do: 'delete', policy: 'Background', unblock: false }],
    [['waiting'], { do: 'delete', policy: 'Background', unblock: false }],
  ] as const)('%j', (states, expected) => {
    expect(plan(states)).toEqual(expected);
  });

  it('deletes in the foreground what has dependents, under an owner that waits', () => {
    const graph = new DependencyGraph();
    graph.observe(object('child', { owners: ['x'] }));
    expect(plan(['waiting'], {}, graph)).toEqual({ do: 'delete', policy: 'Foreground', unblock: false });
  });

  it('breaks a circle', () => {
    const graph = new DependencyGraph();
    graph.observe(object('child', { owners: ['x'], deleting: FOREGROUND }));
    expect(plan(['waiting'], {}, graph)).toEqual({ do: 'delete', policy: 'Foreground', unblock: true });
  });

  it('keeps to the policy that somebody asked for', () => {
    expect(plan(['dangling'], { deleting: ORPHAN })).toMatchObject({ policy: 'Orphan' });
  });
});
