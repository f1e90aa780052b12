import { byteLength, maxLengthMessage, regexMessage } from './messages';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORE_SUBDOMAIN = `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const WILDCARD = `\\*\\.${SUBDOMAIN}`;

const labelPattern = new RegExp(`^${LABEL}$`);
const subdomainPattern = new RegExp(`^${SUBDOMAIN}$`);
const underscorePattern = new RegExp(`^${UNDERSCORE_SUBDOMAIN}$`);
const label1035Pattern = new RegExp(`^${LABEL_1035}$`);
const wildcardPattern = new RegExp(`^${WILDCARD}$`);

export const DNS1123_LABEL_MAX_LENGTH = 63;
export const DNS1123_SUBDOMAIN_MAX_LENGTH = 253;
export const DNS1035_LABEL_MAX_LENGTH = 63;

/** One label of a domain name: lower case letters, digits and `-`, at most 63. Returns the problems. */
export function isDNS1123Label(value: string): string[] {
  const problems = tooLong(value, DNS1123_LABEL_MAX_LENGTH);
  if (labelPattern.test(value)) return problems;
  if (subdomainPattern.test(value)) return [...problems, 'must not contain dots'];
  const message =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...problems, regexMessage(message, LABEL, 'my-name', '123-abc')];
}

/** A domain name: labels joined by dots, at most 253. The name of most kinds. Returns the problems. */
export function isDNS1123Subdomain(value: string): string[] {
  const problems = tooLong(value, DNS1123_SUBDOMAIN_MAX_LENGTH);
  if (subdomainPattern.test(value)) return problems;
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...problems, regexMessage(message, SUBDOMAIN, 'example.com')];
}

/** A domain name that may have `_` too, as resolver search paths do. Returns the problems. */
export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  const problems = tooLong(value, DNS1123_SUBDOMAIN_MAX_LENGTH);
  if (underscorePattern.test(value)) return problems;
  const message =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
  return [...problems, regexMessage(message, UNDERSCORE_SUBDOMAIN, 'example.com')];
}

/** A label that starts with a letter, such as the name of a Service. Returns the problems. */
export function isDNS1035Label(value: string): string[] {
  const problems = tooLong(value, DNS1035_LABEL_MAX_LENGTH);
  if (label1035Pattern.test(value)) return problems;
  const message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...problems, regexMessage(message, LABEL_1035, 'my-name', 'abc-123')];
}

/** `*.` and a domain name, such as the host of an Ingress. Returns the problems. */
export function isWildcardDNS1123Subdomain(value: string): string[] {
  const problems = tooLong(value, DNS1123_SUBDOMAIN_MAX_LENGTH);
  if (wildcardPattern.test(value)) return problems;
  const message =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [...problems, regexMessage(message, WILDCARD, '*.example.com')];
}

function tooLong(value: string, max: number): string[] {
  return byteLength(value) > max ? [maxLengthMessage(max)] : [];
}
