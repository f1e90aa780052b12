import { groupVersionKindOf, hasReason, type KubeObject } from '@typekube/apimachinery';
import { type ReconcileContext, type Requeue, type ResourceClient, type RestMapper, retryOnConflict } from '@typekube/client';
import type { RecordEvent } from '../shared/controller-deps';
import type { Cached } from '../shared/objects';
import {
  blockingDependents,
  type DependencyGraph,
  FOREGROUND,
  type GraphNode,
  type GraphWork,
  type Identity,
  ORPHAN,
  type Reference,
} from './graph';
import type { MetadataClient } from '../shared/metadata-client';
import { type OwnerState, planCollection } from './plan-collection';

export interface CollectorWorld {
  readonly graph: DependencyGraph;
  readonly metadata: MetadataClient;
  readonly mapper: RestMapper;
  readonly recordEvent: RecordEvent;
  /** Has more nodes looked at. */
  readonly enqueue: (work: GraphWork) => void;
}

/** An owner that the server has, but no informer shows yet, is looked for again after a while. */
const UNSEEN_MILLISECONDS = 1000;

/** Decides about single nodes by what the server says now, never by the graph alone: that is only a hint where to look. */
export class Collector {
  constructor(private readonly world: CollectorWorld) {}

  /** Deletes the object if nothing that owns it is left. */
  readonly attemptToDelete = async (uid: string, { signal }: ReconcileContext): Promise<void | Requeue> => {
    const node = this.world.graph.get(uid);
    if (!node || (node.isBeingDeleted && !node.deletesDependents)) return;
    const objects = await this.resourceOf(node.identity);
    const object = await this.find(node.identity, signal);
    if (!object) return this.world.enqueue(this.world.graph.remove(uid));
    if (node.isVirtual) return { requeueAfterMilliseconds: UNSEEN_MILLISECONDS };
    if (node.deletesDependents) return this.letGo(node, signal);
    const references = object.metadata.ownerReferences ?? [];
    const owners = await Promise.all(references.map((reference) => this.stateOf(reference, node, signal)));
    const plan = planCollection(node, object, owners);
    switch (plan.do) {
      case 'keep':
        return;
      case 'drop-references':
        return patchOwners(objects, object, { signal, owners: references.filter((owner) => !plan.uids.includes(owner.uid)) });
      case 'delete':
        if (plan.unblock) {
          const unblocked = references.map((owner) => ({ ...owner, blockOwnerDeletion: false }));
          return patchOwners(objects, object, { signal, owners: unblocked });
        }
        return deleteObject(objects, object, { signal, propagationPolicy: plan.policy });
    }
  };

  /** Frees the dependents of an object that is deleted as an orphan maker, and then the object. */
  readonly attemptToOrphan = async (uid: string, { signal }: ReconcileContext): Promise<void> => {
    const owner = this.world.graph.get(uid);
    if (!owner) return;
    await Promise.all([...owner.dependents].map((dependent) => this.release(dependent, uid, signal)));
    await this.removeFinalizer(owner, ORPHAN, signal);
  };

  private async letGo(node: GraphNode, signal: AbortSignal): Promise<void> {
    const blocking = blockingDependents(node);
    if (blocking.length === 0) return this.removeFinalizer(node, FOREGROUND, signal);
    const waiting = blocking.filter(({ deletesDependents }) => !deletesDependents);
    this.world.enqueue({ attemptToDelete: waiting.map(({ identity }) => identity.uid), attemptToOrphan: [] });
  }

  private async stateOf(reference: Reference, node: GraphNode, signal: AbortSignal): Promise<OwnerState> {
    const { apiVersion, kind, name, uid } = reference;
    const { group, version } = groupVersionKindOf({ apiVersion, kind });
    const { namespaced } = await this.world.mapper.resourceOf({ group, kind }, version);
    const { namespace } = node.identity;
    if (namespaced && !namespace) {
      this.refuseReference(reference, node);
      return { reference, is: 'solid' };
    }
    const owner = await this.find({ apiVersion, kind, name, uid, namespace }, signal);
    if (!owner) return { reference, is: 'dangling' };
    const isWaiting = owner.metadata.deletionTimestamp && owner.metadata.finalizers?.includes(FOREGROUND);
    return { reference, is: isWaiting ? 'waiting' : 'solid' };
  }

  /** An object of the cluster cannot belong to one in a namespace; to delete it for that would be wrong. */
  private refuseReference({ apiVersion, kind, name, uid }: Reference, { identity }: GraphNode): void {
    const reference = `[${apiVersion}/${kind}, namespace: , name: ${name}, uid: ${uid}]`;
    const { apiVersion: ownApiVersion, kind: ownKind, ...metadata } = identity;
    const about = { apiVersion: ownApiVersion, kind: ownKind, metadata };
    const message = `ownerRef ${reference} does not exist in namespace "${identity.namespace}"`;
    this.world.recordEvent(about, 'Warning', 'OwnerRefInvalidNamespace', message);
  }

  /** The object of that UID, if the server has it now. */
  private async find(identity: Identity, signal: AbortSignal): Promise<KubeObject | undefined> {
    const objects = await this.resourceOf(identity);
    try {
      const object = await objects.get(identity.name, { signal });
      return object.metadata.uid === identity.uid ? object : undefined;
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  private async resourceOf({ apiVersion, kind, namespace }: Identity): Promise<ResourceClient<KubeObject>> {
    const { group, version } = groupVersionKindOf({ apiVersion, kind });
    const ref = await this.world.mapper.resourceOf({ group, kind }, version);
    return this.world.metadata.for(ref, ref.namespaced ? namespace : '');
  }

  private async release({ identity }: GraphNode, ownerUid: string, signal: AbortSignal): Promise<void> {
    const objects = await this.resourceOf(identity);
    await retryOnConflict(
      async () => {
        const object = await this.find(identity, signal);
        const references = object?.metadata.ownerReferences ?? [];
        const owners = references.filter(({ uid }) => uid !== ownerUid);
        if (object && owners.length < references.length) await patchOwners(objects, object, { signal, owners });
      },
      { signal },
    );
  }

  private async removeFinalizer({ identity }: GraphNode, finalizer: string, signal: AbortSignal): Promise<void> {
    const objects = await this.resourceOf(identity);
    await retryOnConflict(
      async () => {
        const object = await this.find(identity, signal);
        const before = object?.metadata.finalizers ?? [];
        if (!object || !before.includes(finalizer)) return;
        const { name = '', resourceVersion } = object.metadata;
        const finalizers = before.filter((other) => other !== finalizer);
        await unlessGone(objects.patch(name, { type: 'merge', body: { metadata: { resourceVersion, finalizers } } }, { signal }));
      },
      { signal },
    );
  }
}

/** Every write bears the resource version that the decision was made on. */
async function patchOwners(
  objects: ResourceClient<KubeObject>,
  { metadata }: Cached,
  { owners, signal }: { readonly owners: readonly Reference[]; readonly signal: AbortSignal },
): Promise<void> {
  const { name = '', resourceVersion } = metadata;
  const body = { metadata: { resourceVersion, ownerReferences: owners } };
  await unlessGone(objects.patch(name, { type: 'merge', body }, { signal }));
}

async function deleteObject(
  objects: ResourceClient<KubeObject>,
  { metadata }: Cached,
  options: { readonly signal: AbortSignal; readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan' },
): Promise<void> {
  const { name = '', uid = '', resourceVersion = '' } = metadata;
  await unlessGone(objects.delete(name, { ...options, preconditions: { uid, resourceVersion } }));
}

async function unlessGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}
