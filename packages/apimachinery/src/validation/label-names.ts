import { DNS1123_SUBDOMAIN_MAX_LENGTH, isDNS1123Subdomain } from './dns-names';
import { byteLength, EMPTY_MESSAGE, maxBytesMessage, maxLengthMessage, regexMessage } from './messages';

const KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${KEY})?`;
const keyPattern = new RegExp(`^${KEY}$`);
const valuePattern = new RegExp(`^${VALUE}$`);
const MAX_LENGTH = 63;

const KEY_MESSAGE = regexMessage(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  KEY,
  'MyName',
  'my.name',
  '123-abc',
);
const VALUE_MESSAGE = regexMessage(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  VALUE,
  'MyValue',
  'my_value',
  '12345',
);

/** The key of a label: a name of at most 63, with a domain and a slash before it if wanted. Returns the problems. */
export function isLabelKey(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [`a valid label key ${KEY_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts[parts.length - 1] ?? '';
  return [...(parts.length === 2 ? prefixProblems(parts[0] ?? '') : []), ...nameProblems(name)];
}

/** Upstream's older name of the same rule: annotations, finalizers, resource names, condition types. */
export function isQualifiedName(value: string): string[] {
  return isLabelKey(value);
}

/** The value of a label: empty, or at most 63 letters, digits, `-`, `_` and `.`. Returns the problems. */
export function isValidLabelValue(value: string): string[] {
  const problems = byteLength(value) > MAX_LENGTH ? [maxBytesMessage(MAX_LENGTH)] : [];
  if (!valuePattern.test(value)) problems.push(VALUE_MESSAGE);
  return problems;
}

function prefixProblems(prefix: string): string[] {
  if (!prefix) return [`prefix part ${EMPTY_MESSAGE}`];
  const older = maxLengthMessage(DNS1123_SUBDOMAIN_MAX_LENGTH);
  const newer = maxBytesMessage(DNS1123_SUBDOMAIN_MAX_LENGTH);
  return isDNS1123Subdomain(prefix).map((problem) => `prefix part ${problem === older ? newer : problem}`);
}

function nameProblems(name: string): string[] {
  const problems: string[] = [];
  if (!name) problems.push(`name part ${EMPTY_MESSAGE}`);
  else if (byteLength(name) > MAX_LENGTH) problems.push(`name part ${maxBytesMessage(MAX_LENGTH)}`);
  if (!keyPattern.test(name)) problems.push(`name part ${KEY_MESSAGE}`);
  return problems;
}
