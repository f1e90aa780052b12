/**
 * The spec of an object, made if it is missing, as upstream's types always have one. Its fields may be missing all the same:
 * `Partial` says so where the generated type does not.
 */
export function ensureSpec<S extends object>(object: { spec?: S }): Partial<S> {
  if (object.spec) return object.spec;
  const spec: Partial<S> = {};
  Object.assign(object, { spec });
  return spec;
}
