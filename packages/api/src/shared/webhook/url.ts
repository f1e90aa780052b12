import { type FieldError, type FieldPath, invalid, required } from '@typekube/apimachinery';

const FORM = '; desired format: https://host[/path]';
const PARTS = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

/** The URL of a webhook: https, a host, and a path at most (util/webhook ValidateWebhookURL). */
export function validateWebhookUrl(url: string, path: FieldPath): FieldError[] {
  const problem = urlProblem(url);
  if (problem) return [required(path, `url must be a valid URL: parse ${JSON.stringify(url)}: ${problem}${FORM}`)];
  const [, scheme = '', authority = '', , query = '', fragment = ''] = PARTS.exec(url) ?? [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https') {
    errors.push(invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`));
  }
  if (host === '') errors.push(invalid(path, host, `host must be specified${FORM}`));
  if (at >= 0) errors.push(invalid(path, authority.slice(0, at), 'user information is not permitted in the URL'));
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'));
  return errors;
}

/** What Go's url.Parse would reject a text for; undefined where it would take it. */
function urlProblem(url: string): string | undefined {
  if (/[\u0000-\u001f\u007f]/.test(url)) return 'net/url: invalid control character in URL';
  if (url.startsWith(':')) return 'missing protocol scheme';
  const escape = /%(?![0-9a-f]{2}).{0,2}/i.exec(url);
  if (escape) return `invalid URL escape ${JSON.stringify(escape[0])}`;
  const authority = PARTS.exec(url)?.[2] ?? '';
  if (/[ <>"]/.test(authority)) return `invalid character ${JSON.stringify(/[ <>"]/.exec(authority)?.[0])} in host name`;
  const port = /:([^:\]]*)$/.exec(authority)?.[1];
  return port !== undefined && !/^\d*$/.test(port) ? `invalid port ${JSON.stringify(`:${port}`)} after host` : undefined;
}
