import { jsonEqual } from '@typekube/apimachinery';
import { type Pod, uidOf } from '../objects';
import { SEEN } from './annotations';

export interface StaticChanges {
  /** No file holds them any more. */
  readonly gone: readonly Pod[];
  /** They are new, or other than they were. */
  readonly wanted: readonly Pod[];
}

/** What becomes of the static pods when the files hold these. Pure. */
export function staticChanges(known: readonly Pod[], pods: readonly Pod[]): StaticChanges {
  const before = new Map(known.map((pod) => [uidOf(pod), pod]));
  const after = new Set(pods.map(uidOf));
  return {
    gone: known.filter((pod) => !after.has(uidOf(pod))),
    wanted: pods.filter((pod) => !jsonEqual(withoutTime(before.get(uidOf(pod))), withoutTime(pod))),
  };
}

function withoutTime(pod: Pod | undefined): unknown {
  return pod && { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, [SEEN]: '' } } };
}
