/** The fields that have a value: what JSON would keep. All fields of `T` are optional where some may be missing. */
export function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
