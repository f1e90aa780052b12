import { randomUUID } from 'node:crypto';
import { isDNS1123Subdomain } from '@typekube/apimachinery';

/**
 * `NAME.17c2f0a1b2c3d4e5`: the object's name and the time in nanoseconds, which no two events of one process share; a UUID
 * where that would be no valid name.
 */
export function eventName(objectName: string, milliseconds: number): string {
  const name = `${objectName}.${uniqueNanoseconds(milliseconds).toString(16)}`;
  return isDNS1123Subdomain(name).length === 0 ? name : randomUUID();
}

let last = 0n;

function uniqueNanoseconds(milliseconds: number): bigint {
  const now = BigInt(Math.trunc(milliseconds)) * 1_000_000n;
  last = now > last ? now : last + 1n;
  return last;
}
