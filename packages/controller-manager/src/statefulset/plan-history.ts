import { byRevision, nextRevision } from '../history/plan-revisions';
import { revisionHash, revisionName } from '../history/revision-hash';
import { remembers, templateData } from '../history/template-data';
import { type ControllerRevision, controllerReference, type Pod, type StatefulSet } from '../shared/objects';
import { revisionOf, STATEFUL_SET } from './identity';

/** The label of a revision with the hash of what it remembers. */
const HASH_LABEL = 'controller.kubernetes.io/hash';
/** Without a limit it is this; the API server sets it. */
const HISTORY_LIMIT = 10;

/** What is to be done for the revision of the present template. `number` is that of a new one, or of an old one that comes back. */
export type UpdateRevisionPlan =
  | { readonly do: 'keep'; readonly revision: ControllerRevision }
  | { readonly do: 'renumber'; readonly revision: ControllerRevision; readonly number: number }
  | { readonly do: 'create'; readonly number: number };

/** (getStatefulSetRevisions) */
export function planUpdateRevision({ spec }: StatefulSet, revisions: readonly ControllerRevision[]): UpdateRevisionPlan {
  const sorted = [...revisions].sort(byRevision);
  const number = nextRevision(revisions);
  const revision = sorted.filter((each) => remembers(each, spec?.template ?? {})).at(-1);
  if (!revision) return { do: 'create', number };
  return revision === sorted.at(-1) ? { do: 'keep', revision } : { do: 'renumber', revision, number };
}

/** The revision of the present template, as it is created. (newRevision) */
export function newRevision(set: StatefulSet, number: number, collisionCount: number): ControllerRevision {
  const { metadata, spec } = set;
  const data = templateData(spec?.template ?? {});
  const hash = revisionHash(data, collisionCount);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(metadata.name ?? '', hash),
      namespace: metadata.namespace ?? '',
      labels: { ...spec?.template.metadata?.labels, [HASH_LABEL]: hash },
      ...(metadata.annotations && { annotations: metadata.annotations }),
      ownerReferences: [controllerReference(set, STATEFUL_SET)],
    },
    data,
    revision: number,
  };
}

/** Revisions beyond the limit that neither the set nor a pod is of, the lowest first; a negative limit is none. (truncateHistory) */
export function planTruncation(
  { spec }: StatefulSet,
  revisions: readonly ControllerRevision[],
  { live, pods }: { readonly live: readonly string[]; readonly pods: readonly Pod[] },
): ControllerRevision[] {
  const limit = spec?.revisionHistoryLimit ?? HISTORY_LIMIT;
  if (limit < 0) return [];
  const used = new Set<string | undefined>([...live, ...pods.map(revisionOf)]);
  const dead = [...revisions].sort(byRevision).filter(({ metadata }) => !used.has(metadata.name));
  return dead.slice(0, Math.max(0, dead.length - limit));
}
