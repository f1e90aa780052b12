export type AllocationFailure = 'full' | 'allocated' | 'not-in-range' | 'mismatched-network' | 'not-ready';

/** Why an address or a port could not be taken. The texts are upstream's, and reach the client inside others. */
export class AllocationError extends Error {
  constructor(
    readonly code: AllocationFailure,
    message: string,
  ) {
    super(message);
    this.name = 'AllocationError';
  }
}

export function rangeIsFull(): AllocationError {
  return new AllocationError('full', 'range is full');
}
