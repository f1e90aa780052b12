import { type Container, isSidecar, type Pod, specOf } from '../objects';
import { newestOf, type PodState } from '../runtime/pod-state';

interface Seen {
  readonly pod: Pod;
  readonly state: PodState;
}

/**
 * Whether a container that the runtime does not have came to its turn before its pod ended, so that it must be lost (status manager's hasPodInitialized and
 * initializedContainers). Others still wait: an init container before them has failed, or the pod was deleted before.
 */
export function hasHadTurn(container: Container, seen: Seen): boolean {
  const { initContainers: init = [], containers: main } = specOf(seen.pod);
  const last = init.at(-1);
  if (!last) return true;
  const position = init.findIndex(({ name }) => name === container.name);
  if (position === -1) return main.some((each) => wasSeen(each, seen)) || isDone(last, seen);
  // One at least is told to be lost: something has to say that the pod did not do its work.
  return init.slice(position + 1).some((each) => wasSeen(each, seen)) || (position === 0 && !init.some((each) => wasSeen(each, seen)));
}

function wasSeen({ name }: Container, { pod, state }: Seen): boolean {
  const { state: at, lastState } = statusOf(pod, name) ?? {};
  return newestOf(state, name) !== undefined || (at?.running ?? at?.terminated ?? lastState?.terminated) !== undefined;
}

function isDone(container: Container, { pod, state }: Seen): boolean {
  const { state: at, lastState, started } = statusOf(pod, container.name) ?? {};
  if (isSidecar(container)) return started ?? false;
  const newest = newestOf(state, container.name);
  const ends = [newest?.state === 'exited' ? newest : undefined, at?.terminated, lastState?.terminated];
  return ends.some((end) => end?.exitCode === 0);
}

function statusOf({ status = {} }: Pod, name: string): NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number] | undefined {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].find((each) => each.name === name);
}
