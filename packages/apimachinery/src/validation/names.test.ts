import { fieldErrorMessage } from '../errors/field-error';
import { FieldPath } from '../errors/field-path';
import { isDNS1035Label, isDNS1123Label, isDNS1123Subdomain, isDNS1123SubdomainWithUnderscore, isWildcardDNS1123Subdomain } from './dns-names';
import { isDomainPrefixedKey, isDomainPrefixedPath, isFullyQualifiedDomainName, isFullyQualifiedName } from './domains';
import { isLabelKey, isValidLabelValue } from './label-names';
import { randomSuffix, simpleNameGenerator } from './name-generator';
import {
  isCIdentifier,
  isConfigMapKey,
  isEnvVarName,
  isHTTPHeaderName,
  isRelaxedEnvVarName,
  isValidPathSegmentName,
  isValidPercent,
  isValidPortName,
  isValidPortNum,
  nameIsDNS1035Label,
  nameIsDNSLabel,
  nameIsDNSSubdomain,
} from './names';

const a63 = 'a'.repeat(63);
const a64 = 'a'.repeat(64);

describe.each<[string, (value: string) => string[], string[], string[]]>([
  ['isDNS1123Label', isDNS1123Label, ['a', '0', 'a-b', '1a', a63], ['', 'A', '-a', 'a-', 'a_b', 'a.b', 'ä', a64, 'a\n']],
  ['isDNS1123Subdomain', isDNS1123Subdomain, ['a', 'a.b', '0.1', 'a--b.c', `${a63}${a63}.b`], ['', 'A.b', '.a', 'a.', 'a..b', 'a_b', 'a'.repeat(254)]],
  ['isDNS1123SubdomainWithUnderscore', isDNS1123SubdomainWithUnderscore, ['_a.b_c', 'a.b'], ['a_', '__a', '']],
  ['isDNS1035Label', isDNS1035Label, ['a', 'a1', a63], ['', '1a', 'a.b', 'A', 'a-', a64]],
  ['isWildcardDNS1123Subdomain', isWildcardDNS1123Subdomain, ['*.a', '*.a.b'], ['*', '*.*.a', '*a.b', 'a.*.b', 'a.b']],
  ['isLabelKey', isLabelKey, ['a', 'A_b.c-d', '1', 'example.com/x', a63], ['', '/', 'a/', '/a', 'a/b/c', '-a', 'A.b/c', a64, 'x y']],
  ['isValidLabelValue', isValidLabelValue, ['', 'a', 'A_b.c-d', a63], ['-', 'a-', 'a b', 'a/b', a64]],
  ['isCIdentifier', isCIdentifier, ['a', '_a1', 'A'], ['', '1a', 'a-b', 'a.b']],
  ['isEnvVarName', isEnvVarName, ['a', 'A_B', 'a.b-c', '-', '_'], ['', '1a', 'a b', '..', '..a', '.', 'a=b']],
  ['isRelaxedEnvVarName', isRelaxedEnvVarName, ['a', '1 !', '#', '~', '..'], ['', 'a=b', 'ä', 'a\t', '\u007f']],
  ['isConfigMapKey', isConfigMapKey, ['a', 'a.b', '.a', '_', 'A1'], ['', '.', '..', '..a', 'a/b', 'a b', 'a'.repeat(254)]],
  ['isHTTPHeaderName', isHTTPHeaderName, ['a', 'X-Y'], ['', 'X Y', 'a:b', 'a_b']],
  ['isValidPortName', isValidPortName, ['telnet', 're-mail-ck', 'a', 'a1'], ['', '80', '-a', 'a-', 'a--b', 'A', 'longerthan15chars', '-']],
  ['isValidPercent', isValidPercent, ['0%', '93%', '100%'], ['', '1', '%', '-1%', '1%%']],
])('%s', (_, check, good, bad) => {
  it.each(good)('takes %j', (value) => expect(check(value)).toEqual([]));
  it.each(bad)('refuses %j', (value) => expect(check(value)).not.toEqual([]));
});

describe('messages', () => {
  it.each([
    [isDNS1123Label('a.b'), ['must not contain dots']],
    [isDNS1123Label(a64), ['must be no more than 63 characters']],
    [isDNS1123Subdomain('A'), ["a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"]],
    [isDNS1035Label('1'), ["a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"]],
    [isValidLabelValue(a64), ['must be no more than 63 bytes']],
    [isLabelKey(a64), ['name part must be no more than 63 bytes']],
    [isLabelKey(`${'a'.repeat(254)}/b`), ['prefix part must be no more than 253 bytes']],
    [isEnvVarName('..a'), ["must not start with '..'"]],
    [isRelaxedEnvVarName(''), ['environment variable name must be non-empty']],
    [isValidPortName('-'), ['must contain at least one letter (a-z)', 'must not begin or end with a hyphen']],
    [isValidPortNum(0), ['must be between 1 and 65535, inclusive']],
    [isValidPathSegmentName('a/b%', false), ["may not contain '/'", "may not contain '%'"]],
    [isValidPathSegmentName('..', false), ["may not be '..'"]],
    [isValidPathSegmentName('..', true), []],
  ])('%#', (problems, want) => {
    expect(problems).toEqual(want);
  });
});

it('lets a name to be completed end with a dash', () => {
  expect(nameIsDNSSubdomain('web-', true)).toEqual([]);
  expect(nameIsDNSSubdomain('web-', false)).toHaveLength(1);
  expect(nameIsDNSLabel('ns-', true)).toEqual([]);
  expect(nameIsDNS1035Label('svc-', true)).toEqual([]);
  expect(nameIsDNSSubdomain('-', true)).toHaveLength(1);
});

describe('domains', () => {
  const path = FieldPath.of('x');
  const texts = (errors: Parameters<typeof fieldErrorMessage>[0][]): string[] => errors.map(fieldErrorMessage);
  it('counts segments', () => {
    expect(texts(isFullyQualifiedName(path, 'a.b.c'))).toEqual([]);
    expect(texts(isFullyQualifiedName(path, 'a.b'))).toEqual(['x: Invalid value: "a.b": should be a domain with at least three segments separated by dots']);
    expect(texts(isFullyQualifiedName(path, ''))).toEqual(['x: Required value']);
    expect(texts(isFullyQualifiedDomainName(path, 'a.b.'))).toEqual([]);
    expect(texts(isFullyQualifiedDomainName(path, 'a'))).toEqual(['x: Invalid value: "a": should be a domain with at least two segments separated by dots']);
    expect(texts(isFullyQualifiedDomainName(path, `a.${a64}`))).toEqual([`x: Invalid value: "${a64}": must be no more than 63 characters`]);
  });

  it('wants a domain before the slash', () => {
    expect(texts(isDomainPrefixedPath(path, 'acme.io/foo/bar?'))[0]).toContain('x: Invalid value: "foo/bar?": Invalid path (regex used for validation is');
    expect(texts(isDomainPrefixedPath(path, 'acme.io/foo'))).toEqual([]);
    for (const bad of ['acme.io', '/foo', 'acme.io/']) {
      expect(texts(isDomainPrefixedPath(path, bad))).toEqual([`x: Invalid value: "${bad}": must be a domain-prefixed path (such as "acme.io/foo")`]);
    }
    expect(texts(isDomainPrefixedKey(path, 'foo'))).toEqual(['x: Invalid value: "foo": must be a domain-prefixed key (such as "acme.io/foo")']);
    expect(texts(isDomainPrefixedKey(path, 'acme.io/foo'))).toEqual([]);
  });
});

it('generates names that fit', () => {
  expect(simpleNameGenerator('web-', () => 0)).toBe('web-bbbbb');
  expect(simpleNameGenerator('web-', () => 0.9999)).toBe('web-99999');
  expect(simpleNameGenerator('a'.repeat(80))).toHaveLength(63);
  expect(randomSuffix(10)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
});
