import { hasReason, type KubeObject, type Selector } from '@typekube/apimachinery';
import type { ResourceClient } from '@typekube/client';
import { type Cached, controllerReference, type OwnerKind } from './objects';
import { planClaims } from './plan-claims';

/** On whose behalf objects are claimed. */
export interface ClaimingOwner {
  readonly owner: Cached;
  readonly kind: OwnerKind;
  /** The owner as the server has it now: the cache may show one that is gone. */
  readonly freshOwner: () => Promise<KubeObject>;
  /** Adopted objects get them, released ones lose them. */
  readonly finalizers?: readonly string[];
  readonly signal: AbortSignal;
}

interface ClaimContext extends ClaimingOwner {
  /** Patches the candidates, in the owner's namespace. */
  readonly dependents: ResourceClient<KubeObject>;
}

export interface ClaimOptions<T extends Cached> extends ClaimContext {
  readonly selector: Selector;
  /** What else it asks of an object besides matching labels; default nothing. */
  readonly isMember?: (candidate: T) => boolean;
  readonly candidates: readonly T[];
}

/**
 * The objects that the owner controls, after adopting orphans and releasing those that its selector wants no more. Before the
 * first adoption it asks the server whether the owner is still there and not being deleted.
 *
 * @throws what the server says; objects that are gone in between are left out.
 */
export async function claimObjects<T extends Cached>(options: ClaimOptions<T>): Promise<T[]> {
  const { selector, isMember = () => true } = options;
  const wants = (candidate: T): boolean => selector.matches(candidate.metadata.labels) && isMember(candidate);
  const { owned, adopt, release } = planClaims(options.owner, wants, options.candidates);
  if (adopt.length > 0) await checkOwner(options);
  const adopted = await Promise.all(adopt.map((object) => adoptOne(options, object)));
  await Promise.all(release.map((object) => releaseOne(options, object)));
  return [...owned, ...adopt.filter((_, i) => adopted[i])];
}

async function checkOwner({ owner, kind, freshOwner }: ClaimContext): Promise<void> {
  const { namespace = '', name = '', uid = '' } = owner.metadata;
  const { metadata } = await freshOwner();
  if (metadata.uid !== uid) {
    throw new Error(`original ${kind.kind} ${namespace}/${name} is gone: got uid ${metadata.uid ?? ''}, wanted ${uid}`);
  }
  if (metadata.deletionTimestamp) throw new Error(`${namespace}/${name} has just been deleted at ${metadata.deletionTimestamp}`);
}

/** The UID in the patch makes it fail where another object of that name has come. */
async function adoptOne(context: ClaimContext, { metadata }: Cached): Promise<boolean> {
  const { owner, kind, dependents, finalizers, signal } = context;
  const ownerReferences = [controllerReference(owner, kind)];
  const body = { metadata: { uid: metadata.uid, ownerReferences, ...(finalizers && { finalizers }) } };
  try {
    await dependents.patch(metadata.name ?? '', { type: 'strategic', body }, { signal });
    return true;
  } catch (error) {
    if (hasReason(error, 'NotFound')) return false;
    throw error;
  }
}

/** An object that is gone, or no longer has this owner or this UID (Invalid), needs no release. */
async function releaseOne(context: ClaimContext, { metadata }: Cached): Promise<void> {
  const { owner, dependents, finalizers, signal } = context;
  const ownerReferences = [{ $patch: 'delete', uid: owner.metadata.uid }];
  const withdrawn = finalizers && { '$deleteFromPrimitiveList/finalizers': finalizers };
  const body = { metadata: { uid: metadata.uid, ownerReferences, ...withdrawn } };
  try {
    await dependents.patch(metadata.name ?? '', { type: 'strategic', body }, { signal });
  } catch (error) {
    if (!hasReason(error, 'NotFound') && !hasReason(error, 'Invalid')) throw error;
  }
}
