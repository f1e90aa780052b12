import { PatchError } from './patch-error';

/** Patches are applied by recursion; Go's limit of 10,000 would exhaust our stack, and no real object comes near this one. */
const MAX_DEPTH = 1_000;

/** @throws PatchError 400 `exceeded max depth` for a patch nested too deeply. */
export function checkPatchDepth(patch: unknown): void {
  let level: unknown[] = [patch];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new PatchError(400, 'exceeded max depth');
    level = level.flatMap(childrenOf);
  }
}

function childrenOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).filter((child) => typeof child === 'object' && child !== null);
}
