/**
 * The HTTP status a failed patch is answered with, as upstream's handlers choose it: 400 for a patch of wrong form, 413 for one
 * that is too large, 422 for a JSON patch that does not apply, 500 for strategic merge errors that upstream does not interpret.
 */
export type PatchErrorCode = 400 | 413 | 422 | 500;

/** A patch is malformed or does not apply. The message is upstream's. */
export class PatchError extends Error {
  constructor(
    readonly code: PatchErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'PatchError';
  }
}
