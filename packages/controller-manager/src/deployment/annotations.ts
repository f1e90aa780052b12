import type { Deployment, ReplicaSet } from '../shared/objects';
import { maxSurge, replicasOf } from './rolling-maths';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** Longer than this the list of earlier revisions of a replica set does not grow: the oldest go. */
const HISTORY_CHARACTERS = 2000;

/** Annotations of a deployment that say something of itself only. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
]);

type Annotations = Readonly<Record<string, string>>;

/** The number of a revision; 0 where there is none that can be read. It has 64 bits, more than a `number` holds. */
export function revisionOf({ metadata }: ReplicaSet | Deployment): bigint {
  return parseRevision(metadata.annotations?.[REVISION] ?? '') ?? 0n;
}

/** The number after all those. */
export function nextRevision(old: readonly ReplicaSet[]): bigint {
  return old.map(revisionOf).reduce((highest, each) => (each > highest ? each : highest), 0n) + 1n;
}

function parseRevision(text: string): bigint | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const revision = BigInt(text);
  return BigInt.asIntN(64, revision) === revision ? revision : undefined;
}

/** What the replica set of the newest revision is annotated with. (SetNewReplicaSetAnnotations) */
export function newReplicaSetAnnotations(deployment: Deployment, replicaSet: ReplicaSet, revision: bigint): Annotations {
  const copied = { ...replicaSet.metadata.annotations, ...copiedAnnotations(deployment) };
  const before = copied[REVISION];
  const number = before ? parseRevision(before) : 0n;
  if (number === undefined || number >= revision) return copied;
  const next = { ...copied, [REVISION]: String(revision) };
  // It was the newest once before: that is a rollback to it, and its earlier numbers are kept for the history.
  return before === undefined ? next : { ...next, [REVISION_HISTORY]: extendedHistory(copied[REVISION_HISTORY] ?? '', before) };
}

/** What a replica set needs to know for proportional scaling: the deployment's size when it was scaled last. */
export function sizeAnnotations(deployment: Deployment): Annotations {
  const replicas = replicasOf(deployment);
  return { [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(replicas + maxSurge(deployment)) };
}

/** A size annotation as a number; undefined where it is absent or none. */
export function sizeAnnotation({ metadata }: ReplicaSet, name: string): number | undefined {
  const text = metadata.annotations?.[name];
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function copiedAnnotations({ metadata }: Deployment): Annotations {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([name]) => !NOT_COPIED.has(name)));
}

function extendedHistory(history: string, revision: string): string {
  const revisions = history ? [...history.split(','), revision] : [revision];
  while (revisions.length > 1 && revisions.join(',').length > HISTORY_CHARACTERS) revisions.shift();
  return revisions.join(',');
}
