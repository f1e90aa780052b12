import type { RequestInfo } from '../../http/request-info';

/** What `encodeURIComponent` escapes although a path may hold it, as Go writes paths. */
const KEPT: Readonly<Record<string, string>> = { '%24': '$', '%26': '&', '%2B': '+', '%2C': ',', '%3A': ':', '%3B': ';', '%3D': '=', '%40': '@' };

/** Segments before the ones that are passed on: resource, name, `proxy`. */
const OWN_SEGMENTS = 3;

/** The path behind `proxy` without escapes, as admission sees it; empty if there is none. */
export function plainPathOf({ parts, path }: Pick<RequestInfo, 'parts' | 'path'>): string {
  const joined = parts.slice(OWN_SEGMENTS).map((segment) => `/${segment}`).join('');
  return path.endsWith('/') && !joined.endsWith('/') ? `${joined}/` : joined;
}

/**
 * The same, escaped anew, with its slash at the end if it has one. It is rooted before it is cleaned: `..` leads nowhere above the target's own
 * root, whether it was escaped or not.
 */
export function pathOf(plain: string): string {
  const kept: string[] = [];
  for (const segment of plain.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const joined = kept.map((segment) => `/${encodeURIComponent(segment).replace(/%2[46BC]|%3[ABD]|%40/g, (escaped) => KEPT[escaped] ?? escaped)}`).join('');
  return plain.endsWith('/') ? `${joined}/` : joined;
}

/** The path before that, which redirects of the target get: `/api/v1/namespaces/default/pods/web/proxy`. */
export function prefixOf({ apiPrefix, apiVersion, isNested, namespace, resource, name, subresource }: RequestInfo): string {
  return ['', apiPrefix, apiVersion, ...(isNested ? ['namespaces', namespace] : []), resource, name, subresource].join('/');
}
