import type { KubeObject } from '@typekube/apimachinery';
import type { UserInfo } from '../chain/request-context';

/** What must happen when a write that has begun is over. Both run at most one of them, once. */
export interface Begun {
  commit(): void | Promise<void>;
  /** Gives back what was taken. */
  rollback(): void | Promise<void>;
}

export const NOTHING_BEGUN: Begun = { commit: () => undefined, rollback: () => undefined };

/** The write that has begun. */
export interface BeginOptions {
  readonly dryRun: boolean;
  readonly user: UserInfo;
}

/** A write of the status. */
export interface StatusWrite {
  readonly user: UserInfo;
  /** `update` or `patch`. */
  readonly verb: string;
}

/** Side effects of writing a kind, upstream's BeginCreate, BeginUpdate and AfterDelete: allocations, mostly. One that refuses fails with a StatusError. */
export interface ResourceHooks {
  /** May fill in what is allocated. Runs before validation. */
  beginCreate?(object: KubeObject, options: BeginOptions): Promise<Begun>;
  beginUpdate?(object: KubeObject, old: KubeObject, options: BeginOptions): Promise<Begun>;
  /** Refuses what the client may not change of the status. */
  beginStatusUpdate?(object: KubeObject, old: KubeObject, write: StatusWrite): Promise<void>;
  afterDelete?(object: KubeObject, options: { dryRun: boolean }): void | Promise<void>;
  /** Whether something besides `metadata.finalizers` keeps a deleted object (a namespace's `spec.finalizers`). */
  holdsDeletion?(object: KubeObject): boolean;
  /** Changes an object that is being deleted but kept. */
  markDeleting?(object: KubeObject): void;
  /** The store lease that the object lives by (events). */
  lease?(): Promise<string>;
}
