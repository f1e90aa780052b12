import type { RequestContext } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';
import type { RequestInfo } from '../http/request-info';

/** What metrics tell requests apart by; the names are upstream's. */
export interface RequestLabels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly scope: string;
  readonly component: string;
}

/** Dashboards and alerts of the world select by these words: they are those of HTTP, with LIST, WATCH, APPLY and CONNECT besides (CleanVerb). */
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT']);
const CONNECTIONS: ReadonlySet<string> = new Set(['log', 'exec', 'portforward', 'attach', 'proxy']);

export function verbLabel({ method, headers, context: { info } }: Pick<ApiRequest, 'method' | 'headers'> & { readonly context: Pick<RequestContext, 'info'> }): string {
  if (info.isResourceRequest) {
    if (CONNECTIONS.has(info.subresource)) return 'CONNECT';
    if (info.verb === 'watch') return 'WATCH';
    if (info.verb === 'list') return info.name ? 'GET' : 'LIST';
  }
  if (method === 'HEAD') return 'GET';
  if (method === 'PATCH' && headers['content-type']?.startsWith('application/apply-patch+')) return 'APPLY';
  return METHODS.has(method) ? method : 'other';
}

/** One name, one namespace or all of them; what is created is one, too (CleanScope). */
export function scopeLabel({ isResourceRequest, verb, name, namespace }: RequestInfo): string {
  if (name || verb === 'create') return 'resource';
  if (namespace) return 'namespace';
  return isResourceRequest ? 'cluster' : '';
}

export function dryRunLabel(query: URLSearchParams): string {
  if (!query.has('dryRun')) return '';
  return query.getAll('dryRun').every((value) => value === 'All') ? 'All' : 'invalid';
}

export function requestLabels(verb: string, info: RequestInfo): RequestLabels {
  const { apiGroup: group, apiVersion: version, resource, subresource } = info;
  // What is asked of the server itself (its health) goes by its path, and for no component.
  if (!info.isResourceRequest) return { ...nothingBut(verb), subresource: info.path, component: '' };
  return { verb, group, version, resource, subresource, scope: scopeLabel(info), component: COMPONENT };
}

/** For requests that are counted together. */
export function nothingBut(verb: string): RequestLabels {
  return { verb, group: '', version: '', resource: '', subresource: '', scope: '', component: COMPONENT };
}

const COMPONENT = 'apiserver';
