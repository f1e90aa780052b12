import { parseFieldSelector, requestVerb } from '@typekube/apimachinery';

/** What a request is for, as it is authorized: an object or a collection of a resource, or a path. */
export interface RequestInfo {
  readonly path: string;
  readonly verb: string;
  readonly query: URLSearchParams;
  /** Undefined for a path that is no resource's. */
  readonly resource: RequestedResource | undefined;
}

export interface RequestedResource {
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  /** What comes behind the name. */
  readonly subresource: string;
}

/** Reads `/apis/GROUP/VERSION/[namespaces/NAMESPACE/]RESOURCE[/NAME]` as upstream's request info. Throws a URIError for escapes that mean nothing. */
export function requestInfo(method: string, url: string): RequestInfo {
  const { pathname, searchParams: query } = new URL(url, 'https://metrics-server');
  const path = decodeURIComponent(pathname);
  const resource = resourceOf(pathname.split('/').filter(Boolean).map(decodeURIComponent));
  if (!resource) return { path, verb: method.toLowerCase(), query, resource };
  const verb = requestVerb(method);
  if (resource.name !== '' || verb !== 'get') return { path, verb: resource.name === '' && verb === 'delete' ? 'deletecollection' : verb, query, resource };
  const watches = ['', '1', 't', 'T', 'true', 'TRUE', 'True'].includes(query.get('watch') ?? 'false');
  return { path, verb: watches ? 'watch' : 'list', query, resource: { ...resource, name: nameSelected(query) } };
}

function resourceOf([root, group = '', version = '', ...rest]: readonly string[]): RequestedResource | undefined {
  if (root !== 'apis' || rest.length === 0) return undefined;
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name = '', ...deeper] = isNamespaced ? rest.slice(2) : rest;
  return { group, version, namespace: isNamespaced ? (rest[1] ?? '') : '', resource, name, subresource: deeper.join('/') };
}

/** Who selects one object by its name asks for that one. */
function nameSelected(query: URLSearchParams): string {
  try {
    return parseFieldSelector(query.get('fieldSelector') ?? '').requiresExactMatch('metadata.name') ?? '';
  } catch {
    // The handler refuses it.
    return '';
  }
}
