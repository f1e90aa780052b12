/**
 * One request of the API, as both OpenAPI versions describe it. From lists of these buildOpenAPIv2 and buildOpenAPIv3 are made.
 */
export interface Operation {
  /** With `{name}`, `{namespace}` and `{path}` in it. */
  readonly path: string;
  readonly method: Method;
  /** `readCoreV1NamespacedPod` */
  readonly id: string;
  readonly description: string;
  /** The group and version: `rbacAuthorization_v1`. */
  readonly tag: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly schema: string; readonly required: boolean };
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** Success codes, each with the same body. */
  readonly codes: readonly number[];
  /** The name of the answer's schema; text where there is none. */
  readonly answer?: string;
  /** x-kubernetes-action; absent for requests that are about no resource. */
  readonly action?: string;
  readonly kind?: GroupVersionKind;
}

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 401: 'Unauthorized' };

/** The operations of one path, and the parameters that all of them take. */
export interface PathGroup {
  readonly path: string;
  readonly shared: readonly Parameter[];
  /** With the parameters that are not shared. */
  readonly operations: readonly Operation[];
}

/**
 * Groups operations by path, sorted. A parameter that every operation of a path takes is said once for the path, as upstream
 * does; so a path with a single operation has all its parameters.
 */
export function groupByPath(operations: readonly Operation[]): PathGroup[] {
  const paths = new Map<string, Operation[]>();
  for (const operation of operations) {
    const group = paths.get(operation.path) ?? [];
    group.push(operation);
    paths.set(operation.path, group);
  }
  return [...paths.keys()].sort().map((path) => groupPath(path, paths.get(path) ?? []));
}

function groupPath(path: string, operations: readonly Operation[]): PathGroup {
  const [first] = operations;
  const shared = (first?.parameters ?? []).filter((parameter) =>
    operations.every(({ parameters }) => hasParameter(parameters, parameter)),
  );
  return {
    path,
    shared: sortByName(shared),
    operations: operations.map((operation) => ({
      ...operation,
      parameters: sortByName(operation.parameters.filter((parameter) => !hasParameter(shared, parameter))),
    })),
  };
}

function hasParameter(parameters: readonly Parameter[], wanted: Parameter): boolean {
  return parameters.some((each) => each.name === wanted.name && each.in === wanted.in && each.description === wanted.description);
}

/** By name, and path before query. */
function sortByName(parameters: readonly Parameter[]): Parameter[] {
  return [...parameters].sort((a, b) => (a.name === b.name ? a.in.localeCompare(b.in) : a.name < b.name ? -1 : 1));
}
