import { type FieldError, invalid, required } from '../errors/field-error';
import type { FieldPath } from '../errors/field-path';
import { isDNS1123Label, isDNS1123Subdomain } from './dns-names';
import { isLabelKey } from './label-names';
import { regexMessage } from './messages';

const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPathPattern = new RegExp(`^${HTTP_PATH}$`);

/** A domain of at least three labels, such as the name of an API service's webhook. */
export function isFullyQualifiedName(path: FieldPath, name: string): FieldError[] {
  if (!name) return [required(path)];
  const problems = isDNS1123Subdomain(name);
  if (problems.length) return [invalid(path, name, problems.join(','))];
  if (name.split('.').length >= 3) return [];
  return [invalid(path, name, 'should be a domain with at least three segments separated by dots')];
}

/** A domain of at least two labels, with or without a final dot. */
export function isFullyQualifiedDomainName(path: FieldPath, text: string): FieldError[] {
  if (!text) return [required(path)];
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const problems = isDNS1123Subdomain(name);
  if (problems.length) return [invalid(path, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
  const bad = labels.find((label) => isDNS1123Label(label).length > 0);
  return bad === undefined ? [] : [invalid(path, bad, isDNS1123Label(bad).join(','))];
}

/** A domain, a slash and a path, such as `acme.io/foo`: signer names, controller names. */
export function isDomainPrefixedPath(path: FieldPath, value: string): FieldError[] {
  if (!value) return [required(path)];
  const slash = value.indexOf('/');
  const host = value.slice(0, slash);
  const rest = value.slice(slash + 1);
  if (slash <= 0 || !rest) return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = isDNS1123Subdomain(host).map((problem) => invalid(path, host, problem));
  if (!httpPathPattern.test(rest)) errors.push(invalid(path, rest, regexMessage('Invalid path', HTTP_PATH)));
  return errors;
}

/** A label key that has a domain, such as `acme.io/foo`. */
export function isDomainPrefixedKey(path: FieldPath, key: string): FieldError[] {
  if (!key) return [required(path)];
  const errors = isLabelKey(key).map((problem) => invalid(path, key, problem));
  if (errors.length || key.includes('/')) return errors;
  return [invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")')];
}
