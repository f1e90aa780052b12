/** What can go wrong in a store, one code each; the message says where and why. */
export type StoreErrorCode =
  /** The asked revision has been compacted away. */
  | 'compacted'
  /** The asked revision has not happened yet. */
  | 'future-revision'
  /** The lease does not exist, or no longer. */
  | 'lease-not-found'
  /** Nothing was written: the disk or the quota is full. */
  | 'no-space'
  /** The server is not to be reached, or did not answer in time; a write may or may not have happened. */
  | 'unavailable'
  /** The data folder is in use by another process. */
  | 'locked'
  /** The data folder holds what this driver cannot read. */
  | 'damaged'
  /** The store was closed. */
  | 'closed';

export class StoreError extends Error {
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StoreError';
  }
}
