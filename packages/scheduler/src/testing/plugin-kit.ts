import { storageClassNameOf, type storagev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { everything, type Labels, type Selector } from '@typekube/apimachinery';
import { silentLogger, systemClock } from '@typekube/component-base';
import { type Snapshot, snapshotOf } from '../cache/snapshot';
import type { ClusterWriter } from '../framework/cluster-writer';
import { CycleState } from '../framework/cycle-state';
import type { Claim, ClusterReader, PluginHandle, Volume } from '../framework/handle';
import type { Node, Pod } from '../framework/objects';
import type { NodeScore, Plugin } from '../framework/plugin';
import { statusMessage } from '../framework/status';
import { WaitingPods } from '../framework/waiting-pods';

/** A cluster by hand: nodes, and pods on them. */
export interface World {
  readonly nodes: readonly Node[];
  readonly pods?: readonly Pod[];
  readonly namespaces?: Readonly<Record<string, Labels>>;
  readonly claims?: readonly Claim[];
  readonly volumes?: readonly Volume[];
  readonly classes?: readonly DeepReadonly<storagev1.StorageClass>[];
  /** What the owners of any pod select. */
  readonly owners?: Selector;
}

/** A handle on that cluster, for plugins that are tested alone. It writes nothing. */
export function testHandle(
  { namespaces = {}, owners = everything(), claims = [], volumes = [], classes = [] }: Omit<World, 'nodes' | 'pods'>,
  snapshot: Snapshot,
): PluginHandle {
  const cluster: ClusterReader = {
    namespaceLabels: (name) => namespaces[name],
    pod: () => undefined,
    ownersSelector: () => owners,
    claim: (namespace, name) => claims.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    volume: (name) => volumes.find(({ metadata }) => metadata.name === name),
    volumesOfClass: (name) => volumes.filter((volume) => storageClassNameOf(volume) === name),
    storageClass: (name) => classes.find(({ metadata }) => metadata.name === name),
    podDisruptionBudgets: () => [],
  };
  return {
    snapshot: () => snapshot,
    nominator: { nominatedPods: () => [] },
    cluster,
    writer: NO_WRITER,
    waitingPods: new WaitingPods(),
    framework: () => {
      throw new Error('there is no framework here');
    },
    activate: () => undefined,
    observePreemption: () => undefined,
    stopping: new AbortController().signal,
    clock: systemClock,
    log: silentLogger,
    random: () => 0,
  };
}

const NO_WRITER: ClusterWriter = {
  bind: () => Promise.resolve(),
  deletePod: () => Promise.resolve(),
  patchStatus: () => Promise.resolve(),
  selectNode: () => Promise.resolve(),
  keepVolume: () => Promise.resolve(),
  event: () => undefined,
};

/** Makes a plugin with its handle. */
export type MakePlugin = (handle: PluginHandle) => Plugin;

/** What PreFilter and Filter say of the pod on each node: `ok`, or code and reasons. Skip in PreFilter is `ok` everywhere. */
export function filterResults(make: MakePlugin, pod: Pod, world: World): Record<string, string> {
  const snapshot = snapshotOf(world.nodes, world.pods);
  const plugin = make(testHandle(world, snapshot));
  const state = new CycleState();
  const outcome = plugin.preFilter?.(state, pod, snapshot.nodes);
  const before = outcome?.status;
  const results = snapshot.nodes.map((node) => {
    if (before?.code === 'Skip') return [node.name, 'ok'];
    if (before) return [node.name, `${before.code}: ${statusMessage(before)}`];
    if (outcome?.nodeNames && !outcome.nodeNames.has(node.name)) return [node.name, 'left out'];
    const status = plugin.filter?.(state, pod, node);
    return [node.name, status ? `${status.code}: ${statusMessage(status)}` : 'ok'];
  });
  return Object.fromEntries(results);
}

/** The normalized scores by node; undefined where PreScore skips. */
export function scoreResults(make: MakePlugin, pod: Pod, world: World): Record<string, number> | undefined {
  const snapshot = snapshotOf(world.nodes, world.pods);
  const plugin = make(testHandle(world, snapshot));
  const state = new CycleState();
  const before = plugin.preScore?.(state, pod, snapshot.nodes);
  if (before?.code === 'Skip') return undefined;
  const scores: NodeScore[] = snapshot.nodes.map((node) => ({ node, score: plugin.score?.(state, pod, node) ?? 0 }));
  plugin.normalizeScores?.(state, pod, scores);
  return Object.fromEntries(scores.map(({ node, score }) => [node.name, score]));
}
