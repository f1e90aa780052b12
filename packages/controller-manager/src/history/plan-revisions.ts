import { byCreation, type ControllerRevision } from '../shared/objects';

/** The lowest number first. (history.SortControllerRevisions) */
export function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  return a.revision - b.revision || byCreation(a, b);
}

/** The number of a revision that is newer than all of these. */
export function nextRevision(revisions: readonly ControllerRevision[]): number {
  return Math.max(0, ...revisions.map(({ revision }) => revision)) + 1;
}
