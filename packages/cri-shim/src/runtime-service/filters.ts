import type { cri } from '@typekube/cri-api';
import type { ContainerRecord } from '../container/record';
import { toContainer } from '../container/record';
import { type SandboxRecord, toSandbox } from '../sandbox/record';

/** Does it have all the labels? */
export function hasLabels(labels: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>> | null | undefined): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}

/** An id may be given by its beginning. */
function hasId(id: string, wanted: string | null | undefined): boolean {
  return !wanted || id.startsWith(wanted);
}

export function matchesContainer(record: ContainerRecord, filter: cri.IContainerFilter | null | undefined): boolean {
  if (!filter) return true;
  const { id, state, podSandboxId, labelSelector } = filter;
  const inState = !state || toContainer(record).state === (state.state ?? 0);
  return hasId(record.id, id) && inState && hasId(record.sandboxId, podSandboxId) && hasLabels(record.config.labels, labelSelector);
}

export function matchesSandbox(record: SandboxRecord, filter: cri.IPodSandboxFilter | null | undefined): boolean {
  if (!filter) return true;
  const { id, state, labelSelector } = filter;
  const inState = !state || toSandbox(record).state === (state.state ?? 0);
  return hasId(record.id, id) && inState && hasLabels(record.config.labels, labelSelector);
}
