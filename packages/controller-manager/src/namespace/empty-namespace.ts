import { hasReason, qualifiedResource } from '@typekube/apimachinery';
import type { ApiResource, Client, DynamicObject, ResourceClient, ResourceRef } from '@typekube/client';
import type { Cached } from '../shared/objects';
import { messageOf } from '../shared/pod-control';
import type { DeletionOutcome } from './plan-conditions';

export interface Emptying extends DeletionOutcome {
  /** After how many seconds what is left will have had the time to end; 0 where nothing says so. */
  readonly estimateSeconds: number;
}

const NEEDED_VERBS = ['delete', 'list'];

/**
 * Deletes everything in a namespace, of every resource that the server serves, and counts what is left. A resource that fails
 * does not keep the others: failures are part of the outcome. (namespacedResourcesDeleter.deleteAllContent)
 */
export async function emptyNamespace(client: Client, namespace: string, signal: AbortSignal): Promise<Emptying> {
  // Kinds may have come since the last question.
  client.discovery.invalidate();
  const { resources, failed } = await client.discovery.get();
  const tally = new Tally();
  const all = preferred(resources);
  const emptyOne = (resource: ApiResource): Promise<void> => {
    return tally.add(resource, () => deleteAll(client.for(refOf(resource), namespace), resource, signal));
  };
  const empty = (some: readonly ApiResource[]): Promise<unknown> => Promise.all(some.map(emptyOne));
  // Pods end first: nothing that guards them (network policies, secrets) goes before them.
  await empty(all.filter(isPods));
  if (tally.isEmpty) await empty(all.filter((resource) => !isPods(resource)));
  const { remaining, finalizers, deletionErrors, estimateSeconds } = tally;
  return { remaining, finalizers, deletionErrors, estimateSeconds, discoveryErrors: failed.map(discoveryError) };
}

class Tally {
  readonly remaining = new Map<string, number>();
  readonly finalizers = new Map<string, number>();
  readonly deletionErrors: string[] = [];
  estimateSeconds = 0;

  get isEmpty(): boolean {
    return this.remaining.size === 0 && this.deletionErrors.length === 0;
  }

  /** A custom resource that has gone in between has no objects left. */
  async add(resource: ApiResource, run: () => Promise<readonly Cached[]>): Promise<void> {
    try {
      const left = await run();
      for (const { metadata } of left) count(this.finalizers, metadata.finalizers ?? []);
      if (left.length > 0) this.remaining.set(nameOf(resource), left.length);
      this.estimateSeconds = Math.max(this.estimateSeconds, ...left.map(secondsLeft));
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'MethodNotAllowed')) this.deletionErrors.push(messageOf(error));
    }
  }
}

function isPods({ group, name }: ApiResource): boolean {
  return group === '' && name === 'pods';
}

function discoveryError({ groupVersion, error }: { readonly groupVersion: string; readonly error: unknown }): string {
  return `${groupVersion}: ${messageOf(error)}`;
}

/** Gives the objects that are still there. */
async function deleteAll(objects: ResourceClient<DynamicObject>, { verbs }: ApiResource, signal: AbortSignal): Promise<Cached[]> {
  const found: Cached[] = [];
  for await (const object of objects.listAll({ signal })) found.push(object);
  if (found.length === 0) return [];
  const options = { signal, propagationPolicy: 'Background' as const };
  if (verbs.includes('deletecollection')) {
    await objects.deleteCollection(options);
  } else {
    await Promise.all(found.map((object) => deleteOne(objects, object, signal)));
  }
  const left: Cached[] = [];
  for await (const object of objects.listAll({ signal })) left.push(object);
  return left;
}

async function deleteOne(objects: ResourceClient<DynamicObject>, { metadata }: Cached, signal: AbortSignal): Promise<void> {
  try {
    await objects.delete(metadata.name ?? '', { signal, propagationPolicy: 'Background' });
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

/** Each kind of object in one version of its group: the first served one, which discovery puts first. */
function preferred(resources: readonly ApiResource[]): ApiResource[] {
  const byName = new Map<string, ApiResource>();
  for (const resource of resources) {
    const { namespaced, name, verbs } = resource;
    const isWanted = namespaced && !name.includes('/') && NEEDED_VERBS.every((verb) => verbs.includes(verb));
    const key = qualifiedResource({ group: resource.group, resource: resource.name });
    if (isWanted && !byName.has(key)) byName.set(key, resource);
  }
  // The same events are served in two groups.
  if (byName.has('events')) byName.delete('events.events.k8s.io');
  return [...byName.values()];
}

function refOf({ group, version, name, kind, namespaced }: ApiResource): ResourceRef {
  return { group, version, resource: name, kind, namespaced };
}

/** As upstream writes it: with the dot also where the group is empty. */
function nameOf({ group, name }: ApiResource): string {
  return `${name}.${group}`;
}

function count(counts: Map<string, number>, names: readonly string[]): void {
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** How long the longest grace period of those that only that keeps lasts. */
function secondsLeft({ metadata }: Cached): number {
  return metadata.finalizers?.length ? 0 : (metadata.deletionGracePeriodSeconds ?? 0);
}
