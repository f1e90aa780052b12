import type { KubeObject } from '@typekube/apimachinery';

interface Written {
  readonly value: Buffer;
  readonly object: KubeObject;
}

/**
 * The objects behind values that this process has just written, by key: when the store's watch brings such a value back, the cache
 * need not parse it again. A write that never happened leaves its object here, so only the last ones are kept.
 */
const written = new Map<string, Written>();
const MAX_WRITTEN = 256;

export function rememberWritten(key: string, value: Buffer, object: KubeObject): void {
  written.delete(key);
  written.set(key, { value, object });
  if (written.size <= MAX_WRITTEN) return;
  const [oldest] = written.keys();
  if (oldest !== undefined) written.delete(oldest);
}

/** The object that this very value was encoded from, once; undefined if somebody else has written it. */
export function takeWritten(key: string, value: Buffer): KubeObject | undefined {
  const found = written.get(key);
  if (!found?.value.equals(value)) return undefined;
  written.delete(key);
  return found.object;
}
