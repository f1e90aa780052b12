import { isValidPathSegmentName, parseFieldSelector, requestVerb } from '@typekube/apimachinery';

/**
 * What a request asks for, read from its method, path and query alone: upstream's `request.RequestInfo`
 * (apiserver/pkg/endpoints/request/requestinfo.go). Authorization and routing both use it, so that what is allowed is what is done.
 */
export interface RequestInfo {
  readonly isResourceRequest: boolean;
  /** Without percent escapes. */
  readonly path: string;
  /** `get`, `list`, `watch`, `create`, …; for other paths the lower-case HTTP method. */
  readonly verb: string;
  /** Whether the path itself says so (`/api/v1/watch/…`): selectors of such requests do not count for who may do them, as upstream. */
  readonly isVerbInPath: boolean;
  /** `api` or `apis`; empty for other paths. */
  readonly apiPrefix: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly namespace: string;
  /** Whether the path has `namespaces/NAME/` before the resource: then `namespace` is not the resource's own name. */
  readonly isNested: boolean;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** The segments after the resource: `[name, subresource, …]` are `parts.slice(1)`. */
  readonly parts: readonly string[];
}

/** Path segments after `namespaces/NAME` that are subresources of the namespace itself, not resources within it. */
const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize']);

/** Fails with a URIError for a path with broken percent escapes. */
export function parseRequestInfo(method: string, rawPath: string, query: URLSearchParams): RequestInfo {
  // Unescaped before it is split, as Go does: an escaped slash is a slash.
  const path = rawPath.includes('%') ? decodeURIComponent(rawPath) : rawPath;
  const segments = splitPath(path);
  const prefix = segments[0];
  const isGrouped = prefix === 'apis';
  const afterVersion = isGrouped ? 3 : 2;
  if ((prefix !== 'api' && !isGrouped) || segments.length <= afterVersion) return nonResource(method, path);

  const apiGroup = isGrouped ? segments[1]! : '';
  const apiVersion = segments[isGrouped ? 2 : 1]!;
  let parts = segments.slice(afterVersion);
  let verb = requestVerb(method);
  const isVerbInPath = parts[0] === 'watch' || parts[0] === 'proxy';
  if (isVerbInPath) {
    if (parts.length < 2) return nonResource(method, path);
    verb = parts[0]!;
    parts = parts.slice(1);
  }

  const namespace = parts[0] === 'namespaces' ? (parts[1] ?? '') : '';
  const isNested = parts[0] === 'namespaces' && parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2]!);
  if (isNested) parts = parts.slice(2);
  const name = parts[1] ?? '';
  verb = collectionVerb(verb, name, query);
  return {
    isResourceRequest: true,
    path,
    verb,
    isVerbInPath,
    apiPrefix: prefix,
    apiGroup,
    apiVersion,
    namespace,
    isNested,
    resource: parts[0]!,
    subresource: parts[2] ?? '',
    name: name || (!isVerbInPath && (verb === 'list' || verb === 'watch') ? nameFromFieldSelector(query) : ''),
    parts,
  };
}

function splitPath(path: string): string[] {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

function nonResource(method: string, path: string): RequestInfo {
  return {
    isResourceRequest: false,
    path,
    verb: method.toLowerCase(),
    isVerbInPath: false,
    apiPrefix: '',
    apiGroup: '',
    apiVersion: '',
    namespace: '',
    isNested: false,
    resource: '',
    subresource: '',
    name: '',
    parts: [],
  };
}

function collectionVerb(verb: string, name: string, query: URLSearchParams): string {
  if (name !== '') return verb;
  if (verb === 'get') return isTrue(query.get('watch')) ? 'watch' : 'list';
  if (verb === 'delete') return 'deletecollection';
  return verb;
}

/**
 * A list of exactly one name is authorised as that name (`?fieldSelector=metadata.name=x`); deleting a collection is not, as upstream. It is read by the same parser that the
 * list is filtered by: what is allowed as one name must not list others.
 */
function nameFromFieldSelector(query: URLSearchParams): string {
  const text = query.get('fieldSelector');
  if (!text?.includes('metadata.name')) return '';
  try {
    const name = parseFieldSelector(text).requiresExactMatch('metadata.name') ?? '';
    return isValidPathSegmentName(name, false).length ? '' : name;
  } catch {
    // The list itself refuses it.
    return '';
  }
}

/** Go's reading of a boolean query parameter: present and neither `false` nor `0`. */
export function isTrue(value: string | null): boolean {
  return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}
