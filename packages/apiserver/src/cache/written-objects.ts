import type { KubeObject } from '@typekube/apimachinery';

/**
 * The objects behind values that this process has just written. The embedded store hands the very same buffer back in its watch,
 * so the cache need not parse it again; other stores give a new buffer, and the cache parses.
 */
const objects = new WeakMap<Buffer, KubeObject>();

export function rememberWritten(value: Buffer, object: KubeObject): void {
  objects.set(value, object);
}

export function writtenObject(value: Buffer): KubeObject | undefined {
  return objects.get(value);
}
