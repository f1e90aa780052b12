/** By stored value: why it cannot be decrypted. */
const reasons = new WeakMap<Buffer, string>();

/** Says of a value, which is handed on as it is stored, that nobody will be able to read it. */
export function markUndecryptable(value: Buffer, error: unknown): void {
  reasons.set(value, error instanceof Error ? error.message : String(error));
}

/** Undefined for what was not encrypted, or could be decrypted. */
export function whyUndecryptable(value: Buffer): string | undefined {
  return reasons.get(value);
}
