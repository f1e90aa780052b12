import { DNS1123_SUBDOMAIN_MAX_LENGTH, isDNS1035Label, isDNS1123Label, isDNS1123Subdomain } from './dns-names';
import { byteLength, EMPTY_MESSAGE, maxLengthMessage, rangeMessage, regexMessage } from './messages';

/**
 * Checks the name of an object; with `asPrefix`, a `generateName` to which five characters will be appended. Returns the
 * problems.
 */
export type NameValidator = (name: string, asPrefix: boolean) => string[];

/** The rule of most kinds. */
export const nameIsDNSSubdomain: NameValidator = (name, asPrefix) => isDNS1123Subdomain(asPrefix ? maskTrailingDash(name) : name);

/** The rule of namespaces and other names that become one DNS label. */
export const nameIsDNSLabel: NameValidator = (name, asPrefix) => isDNS1123Label(asPrefix ? maskTrailingDash(name) : name);

/** The rule of services. */
export const nameIsDNS1035Label: NameValidator = (name, asPrefix) => isDNS1035Label(asPrefix ? maskTrailingDash(name) : name);

/** The rule of kinds whose name need only fit into a URL path, such as roles. (path.ValidatePathSegmentName) */
export const isValidPathSegmentName: NameValidator = (name, asPrefix) => {
  const whole = !asPrefix && (name === '.' || name === '..');
  if (whole) return [`may not be '${name}'`];
  return ['/', '%'].filter((character) => name.includes(character)).map((character) => `may not contain '${character}'`);
};

/**
 * Replaces a final dash, which generated characters will follow, by a character that every rule takes; upstream drops the one
 * before it too.
 */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const ENV_VAR_NAME = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const CONFIG_MAP_KEY = '[-._a-zA-Z0-9]+';
const HTTP_HEADER_NAME = '[-A-Za-z0-9]+';
const PERCENT = '[0-9]+%';

const cIdentifierPattern = new RegExp(`^${C_IDENTIFIER}$`);
const envVarNamePattern = new RegExp(`^${ENV_VAR_NAME}$`);
const configMapKeyPattern = new RegExp(`^${CONFIG_MAP_KEY}$`);
const httpHeaderNamePattern = new RegExp(`^${HTTP_HEADER_NAME}$`);
const percentPattern = new RegExp(`^${PERCENT}$`);

/** An identifier of the C language, any length. Returns the problems. */
export function isCIdentifier(value: string): string[] {
  if (cIdentifierPattern.test(value)) return [];
  const message =
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
  return [regexMessage(message, C_IDENTIFIER, 'my_name', 'MY_NAME', 'MyName')];
}

/** The name of an environment variable by the strict rule. Returns the problems. */
export function isEnvVarName(value: string): string[] {
  if (envVarNamePattern.test(value)) return parentFolderProblems(value);
  const message =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
  return [regexMessage(message, ENV_VAR_NAME, 'my.env-name', 'MY_ENV.NAME', 'MyEnvName1'), ...parentFolderProblems(value)];
}

/** The name of an environment variable by the rule that holds since v1.30: printable ASCII without `=`. Returns the problems. */
export function isRelaxedEnvVarName(value: string): string[] {
  if (!value) return [`environment variable name ${EMPTY_MESSAGE}`];
  if (/^[ -<>-~]+$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A key of a ConfigMap or Secret: also a file name when mounted. Returns the problems. */
export function isConfigMapKey(value: string): string[] {
  const problems = byteLength(value) > DNS1123_SUBDOMAIN_MAX_LENGTH ? [maxLengthMessage(DNS1123_SUBDOMAIN_MAX_LENGTH)] : [];
  if (!configMapKeyPattern.test(value)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    problems.push(regexMessage(message, CONFIG_MAP_KEY, 'key.name', 'KEY_NAME', 'key-name'));
  }
  return [...problems, ...parentFolderProblems(value)];
}

/** The name of an HTTP header, stricter than RFC 7230. Returns the problems. */
export function isHTTPHeaderName(value: string): string[] {
  if (httpHeaderNamePattern.test(value)) return [];
  return [regexMessage("a valid HTTP header must consist of alphanumeric characters or '-'", HTTP_HEADER_NAME, 'X-Header-Name')];
}

/**
 * The name of a port: at most 15 of lower case letters, digits and single inner hyphens, one letter among them. Returns the
 * problems.
 */
export function isValidPortName(value: string): string[] {
  const problems: string[] = [];
  if (byteLength(value) > 15) problems.push(maxLengthMessage(15));
  if (!/^[-a-z0-9]+$/.test(value)) problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)');
  if (value.includes('--')) problems.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

export function isValidPortNum(port: number): string[] {
  return isInRange(port, 1, 65535);
}

export function isInRange(value: number, min: number, max: number): string[] {
  return value >= min && value <= max ? [] : [rangeMessage(min, max)];
}

export function isValidUserId(id: number): string[] {
  return isInRange(id, 0, 0xffffffff);
}

export function isValidGroupId(id: number): string[] {
  return isInRange(id, 0, 0xffffffff);
}

/** A whole number and `%`. Returns the problems. */
export function isValidPercent(value: string): string[] {
  if (percentPattern.test(value)) return [];
  return [regexMessage("a valid percent string must be a numeric string followed by an ending '%'", PERCENT, '1%', '93%')];
}

function parentFolderProblems(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}
