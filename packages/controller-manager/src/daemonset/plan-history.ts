import { byRevision, nextRevision } from '../history/plan-revisions';
import { revisionName } from '../history/revision-hash';
import { remembers, templateData } from '../history/template-data';
import { type ControllerRevision, controllerReference, type DaemonSet, type OwnerKind, type Pod } from '../shared/objects';
import { templateHash } from '../shared/template-hash';
import { REVISION_HASH } from './daemon-template';

export const DAEMON_SET: OwnerKind = { apiVersion: 'apps/v1', kind: 'DaemonSet' };

/** Without a limit it is this; the API server sets it. */
const HISTORY_LIMIT = 10;

/** The revisions of a daemon set, told apart. */
export interface DaemonHistory {
  /** The one of the present template, if it is there. Of several the highest counts. */
  readonly current: ControllerRevision | undefined;
  /** Others of the present template. */
  readonly doubles: readonly ControllerRevision[];
  readonly old: readonly ControllerRevision[];
  /** The number that the current one must have at least. */
  readonly number: number;
}

/** (constructHistory) */
export function splitHistory({ spec }: DaemonSet, revisions: readonly ControllerRevision[]): DaemonHistory {
  const { template = {} } = spec ?? {};
  const isCurrent = (revision: ControllerRevision): boolean => remembers(revision, template);
  const currents = revisions.filter(isCurrent).sort(byRevision);
  const old = revisions.filter((revision) => !isCurrent(revision));
  return { current: currents.at(-1), doubles: currents.slice(0, -1), old, number: nextRevision(old) };
}

/** The revision of the present template, as it is created. (snapshot) */
export function newRevision(daemonSet: DaemonSet, number: number, collisionCount: number | undefined): ControllerRevision {
  const { metadata, spec } = daemonSet;
  const { template = {} } = spec ?? {};
  const hash = templateHash(template, collisionCount);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(metadata.name ?? '', hash),
      namespace: metadata.namespace ?? '',
      labels: { ...template.metadata?.labels, [REVISION_HASH]: hash },
      ...(metadata.annotations && { annotations: metadata.annotations }),
      ownerReferences: [controllerReference(daemonSet, DAEMON_SET)],
    },
    data: templateData(template),
    revision: number,
  };
}

/** Old revisions beyond the limit, the lowest first; those that pods are of stay, and count. (cleanupHistory) */
export function planCleanup({ spec }: DaemonSet, old: readonly ControllerRevision[], pods: readonly Pod[]): ControllerRevision[] {
  const surplus = old.length - (spec?.revisionHistoryLimit ?? HISTORY_LIMIT);
  const live = new Set(pods.map(hashOf));
  const dead = [...old].sort(byRevision).filter((revision) => !live.has(hashOf(revision)));
  return dead.slice(0, Math.max(0, surplus));
}

/** The hash by which pods name their revision. */
export function hashOf({ metadata }: ControllerRevision | Pod): string | undefined {
  return metadata.labels?.[REVISION_HASH];
}
