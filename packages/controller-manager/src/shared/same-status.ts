import { semanticEqual } from '@typekube/apimachinery';

/** Whether two statuses say the same: a count of zero is the same as none, since Go writes no zeros of optional counts. */
export function sameStatus(a: object | undefined, b: object | undefined): boolean {
  return semanticEqual(withoutZeros(a ?? {}), withoutZeros(b ?? {}));
}

function withoutZeros(status: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0));
}
