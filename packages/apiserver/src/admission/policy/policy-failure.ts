/** A policy that could not do its work. */
export class PolicyFailure extends Error {}
