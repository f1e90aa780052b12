import type { OwnerReference } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';
import type { Cached } from '../shared/objects';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

export type Reference = DeepReadonly<OwnerReference>;

/** Which object a node stands for. */
export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** An object with those that own it and those that it owns. */
export interface GraphNode {
  readonly identity: Identity;
  readonly owners: readonly Reference[];
  readonly dependents: ReadonlySet<GraphNode>;
  /** No informer has shown it yet: it is known only as somebody's owner. */
  readonly isVirtual: boolean;
  readonly isBeingDeleted: boolean;
  /** It waits for its dependents to be deleted (foreground). */
  readonly deletesDependents: boolean;
}

/** What a change asks to be looked at, by UID. */
export interface GraphWork {
  /** Should it be deleted, or may its finalizer go? */
  readonly attemptToDelete: readonly string[];
  /** Its dependents are to be set free. */
  readonly attemptToOrphan: readonly string[];
}

interface MutableNode extends GraphNode {
  identity: Identity;
  owners: readonly Reference[];
  readonly dependents: Set<MutableNode>;
  isVirtual: boolean;
  isBeingDeleted: boolean;
  deletesDependents: boolean;
}

interface Work {
  readonly attemptToDelete: Set<string>;
  readonly attemptToOrphan: Set<string>;
}

/**
 * Who owns whom, over all resources. Changes come in any order between resources: an owner that is not known yet is a virtual
 * node, to be looked for on the server. (GraphBuilder)
 */
export class DependencyGraph {
  private readonly nodes = new Map<string, MutableNode>();

  get(uid: string): GraphNode | undefined {
    return this.nodes.get(uid);
  }

  /** An object was seen, for the first time or anew. */
  observe(object: Cached): GraphWork {
    const work: Work = { attemptToDelete: new Set(), attemptToOrphan: new Set() };
    const { uid = '', deletionTimestamp, ownerReferences = [], finalizers = [] } = object.metadata;
    const known = this.nodes.get(uid);
    const node = known ?? this.insert(newNode(identityOf(object), false));
    const wasBeingDeleted = known !== undefined && !known.isVirtual && known.isBeingDeleted;
    node.identity = identityOf(object);
    node.isVirtual = false;
    this.setOwners(node, ownerReferences, work);
    node.isBeingDeleted = deletionTimestamp !== undefined;
    if (node.isBeingDeleted) this.noteDeletion(node, { wasBeingDeleted, finalizers }, work);
    return asLists(work);
  }

  /** The object is gone, or was found never to have been: its dependents may be garbage now, and its owners free to go. */
  remove(uid: string): GraphWork {
    const work: Work = { attemptToDelete: new Set(), attemptToOrphan: new Set() };
    const node = this.nodes.get(uid);
    if (!node) return asLists(work);
    this.nodes.delete(uid);
    for (const dependent of node.dependents) work.attemptToDelete.add(dependent.identity.uid);
    for (const { uid: ownerUid } of node.owners) {
      const owner = this.nodes.get(ownerUid);
      owner?.dependents.delete(node);
      if (owner?.deletesDependents) work.attemptToDelete.add(ownerUid);
    }
    return asLists(work);
  }

  private insert(node: MutableNode): MutableNode {
    this.nodes.set(node.identity.uid, node);
    return node;
  }

  private setOwners(node: MutableNode, owners: readonly Reference[], work: Work): void {
    const wanted = new Map(owners.map((owner) => [owner.uid, owner]));
    for (const before of node.owners) {
      const after = wanted.get(before.uid);
      if (!after) this.nodes.get(before.uid)?.dependents.delete(node);
      // An owner that waited for this one may wait no longer.
      const isFreed = before.blockOwnerDeletion && !after?.blockOwnerDeletion;
      if (isFreed && this.nodes.has(before.uid)) work.attemptToDelete.add(before.uid);
    }
    node.owners = owners;
    for (const reference of owners) {
      const owner = this.ownerNode(reference, node, work);
      owner.dependents.add(node);
      if (owner.deletesDependents) work.attemptToDelete.add(node.identity.uid);
    }
  }

  private ownerNode(owner: Reference, dependent: MutableNode, work: Work): MutableNode {
    const known = this.nodes.get(owner.uid);
    if (known) return known;
    const { apiVersion, kind, name, uid } = owner;
    work.attemptToDelete.add(uid);
    return this.insert(newNode({ apiVersion, kind, name, uid, namespace: dependent.identity.namespace }, true));
  }

  /** A finalizer that comes after the deletion began counts too. */
  private noteDeletion(
    node: MutableNode,
    { wasBeingDeleted, finalizers }: { readonly wasBeingDeleted: boolean; readonly finalizers: readonly string[] },
    work: Work,
  ): void {
    const { uid } = node.identity;
    if (finalizers.includes(ORPHAN) && !wasBeingDeleted) work.attemptToOrphan.add(uid);
    if (!finalizers.includes(FOREGROUND)) {
      node.deletesDependents = false;
      return;
    }
    if (node.deletesDependents) return;
    node.deletesDependents = true;
    work.attemptToDelete.add(uid);
    for (const dependent of node.dependents) work.attemptToDelete.add(dependent.identity.uid);
  }
}

/** Those that keep a node that is deleted in the foreground. */
export function blockingDependents({ dependents, identity }: GraphNode): GraphNode[] {
  const blocks = (owner: Reference): boolean => owner.uid === identity.uid && owner.blockOwnerDeletion === true;
  return [...dependents].filter(({ owners }) => owners.some(blocks));
}

function newNode(identity: Identity, isVirtual: boolean): MutableNode {
  return { identity, owners: [], dependents: new Set(), isVirtual, isBeingDeleted: false, deletesDependents: false };
}

function identityOf({ apiVersion, kind, metadata }: Cached): Identity {
  const { namespace = '', name = '', uid = '' } = metadata;
  return { apiVersion, kind, namespace, name, uid };
}

function asLists({ attemptToDelete, attemptToOrphan }: Work): GraphWork {
  return { attemptToDelete: [...attemptToDelete], attemptToOrphan: [...attemptToOrphan] };
}
