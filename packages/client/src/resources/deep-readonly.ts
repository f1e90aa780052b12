/** A value that is shared: whoever gets it must not change it, at any depth. Change a `structuredClone` instead. */
export type DeepReadonly<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/**
 * Gives a value away for sharing: its owner changes it no more. Only types change, which TypeScript cannot follow for an open
 * `T`.
 */
export function shared<T>(value: T): DeepReadonly<T> {
  return value as DeepReadonly<T>;
}
