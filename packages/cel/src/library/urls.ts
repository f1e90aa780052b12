import { fn, type Library, method } from '../env/declarations';
import { BOOL, listOf, mapOf, opaqueType, STRING } from '../types/cel-type';
import { CelError } from '../values/cel-error';
import { EntriesMap, type MapValue } from '../values/map-value';
import { OpaqueValue } from '../values/opaque-value';
import { opaque, text } from './arguments';

const URL_TYPE = opaqueType('kubernetes.URL');

interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** `scheme://user@host/path?query`, or a path from the root: what url.ParseRequestURI of Go takes. */
const FORM = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;
const HOST = /^(?:\[[0-9a-fA-F:.%]+\]|(?:[a-zA-Z0-9_.~!$&'()*+,;=-]|[^\x00-\x7f]|%[0-9a-fA-F]{2})*)(?::\d*)?$/;

function parseUrl(value: string): UrlParts | undefined {
  const [, scheme = '', authority, hostPart = '', path = '', query = ''] = FORM.exec(value) ?? [];
  if (value === '' || /[\x00-\x1f\x7f]/.test(value) || /%(?![0-9a-fA-F]{2})/.test(path)) return undefined;
  if (scheme === '' && !value.startsWith('/')) return undefined;
  const host = hostPart.slice(hostPart.lastIndexOf('@') + 1);
  if (!HOST.test(host)) return undefined;
  // A relative `//host/path` is a path for Go, as requests have no authority there.
  if (scheme === '') return { scheme: '', host: '', path: value.split('?')[0] ?? '', query };
  if (authority === undefined && !path.startsWith('/')) return { scheme: scheme.toLowerCase(), host: '', path: '', query };
  return { scheme: scheme.toLowerCase(), host, path, query };
}

class UrlValue extends OpaqueValue {
  readonly type = URL_TYPE;

  constructor(readonly text: string, readonly parts: UrlParts) {
    super();
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && other.text === this.text;
  }
}

function url(value: string): UrlValue {
  const parts = parseUrl(value);
  if (!parts) throw new CelError(`URL parse error during conversion from string: parse ${JSON.stringify(value)}: invalid URI for request`);
  return new UrlValue(value, parts);
}

/** Host and port apart; brackets of IPv6 addresses are no part of the name. */
function hostPort(host: string): { name: string; port: string } {
  const [, bracketed, plain = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(host) ?? [];
  return { name: bracketed ?? plain, port };
}

function unescapePath(path: string): string {
  try {
    return encodeURI(decodeURI(path));
  } catch {
    return path;
  }
}

function queryOf(query: string): MapValue {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) values.set(name, [...(values.get(name) ?? []), value]);
  const map = new EntriesMap();
  for (const [name, list] of values) map.add(name, list);
  return map;
}

/** Kubernetes' URLs. */
export const URLS: Library = [
  fn('url', 'string_to_url', [STRING], URL_TYPE, (value) => url(text(value))),
  fn('isURL', 'is_url_string', [STRING], BOOL, (value) => parseUrl(text(value)) !== undefined),
  method('getScheme', 'url_get_scheme', [URL_TYPE], STRING, (value) => opaque(value, UrlValue).parts.scheme),
  method('getHost', 'url_get_host', [URL_TYPE], STRING, (value) => opaque(value, UrlValue).parts.host),
  method('getHostname', 'url_get_hostname', [URL_TYPE], STRING, (value) => hostPort(opaque(value, UrlValue).parts.host).name),
  method('getPort', 'url_get_port', [URL_TYPE], STRING, (value) => hostPort(opaque(value, UrlValue).parts.host).port),
  method('getEscapedPath', 'url_get_escaped_path', [URL_TYPE], STRING, (value) => unescapePath(opaque(value, UrlValue).parts.path)),
  method('getQuery', 'url_get_query', [URL_TYPE], mapOf(STRING, listOf(STRING)), (value) => queryOf(opaque(value, UrlValue).parts.query)),
];
