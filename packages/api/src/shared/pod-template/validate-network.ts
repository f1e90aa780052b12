import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing, validateDns1123LabelField, validateRequiredEnum } from '../fields/field-rules';
import { validateLegacyIp } from '../ip/validate';

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MAX_NAMESERVERS = 3;
const MAX_SEARCH_PATHS = 32;
const MAX_SEARCH_CHARACTERS = 2048;

export function validateDnsPolicy(policy: string | undefined, path: FieldPath): FieldError[] {
  return validateRequiredEnum(policy, path, DNS_POLICIES);
}

/** The pod's own resolver settings, with the limits of the C library. */
export function validateDnsConfig(
  config: corev1.PodDNSConfig | undefined,
  policy: string | undefined,
  path: FieldPath,
): FieldError[] {
  if (policy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!config.nameservers?.length) {
      return [required(path.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
    }
  }
  if (!config) return [];
  const { nameservers = [], searches = [], options = [] } = config;
  const errors: FieldError[] = [];
  if (nameservers.length > MAX_NAMESERVERS) {
    errors.push(invalid(path.child('nameservers'), nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`));
  }
  errors.push(...nameservers.flatMap((ip, i) => validateLegacyIp(ip, path.child('nameservers').index(i))));
  errors.push(...validateSearches(searches, path.child('searches')));
  for (const [i, { name }] of options.entries()) {
    if (isMissing(name)) errors.push(required(path.child('options').index(i), 'must not be empty'));
  }
  return errors;
}

function validateSearches(searches: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (searches.length > MAX_SEARCH_PATHS)
    errors.push(invalid(path, searches, `must not have more than ${MAX_SEARCH_PATHS} search paths`));
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS) {
    errors.push(
      invalid(
        path,
        searches,
        `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`,
      ),
    );
  }
  for (const [i, search] of searches.entries()) {
    if (search === '.') continue;
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    errors.push(...invalidEach(path.index(i), name, isDNS1123SubdomainWithUnderscore(name)));
  }
  return errors;
}

/** Lines of the pod's hosts file. */
export function validateHostAliases(aliases: readonly corev1.HostAlias[], path: FieldPath): FieldError[] {
  return aliases.flatMap(({ ip, hostnames = [] }, i) => [
    ...validateLegacyIp(ip ?? '', path.index(i).child('ip')),
    ...hostnames.flatMap((name, j) => invalidEach(path.index(i).child('hostnames').index(j), name, isDNS1123Subdomain(name))),
  ]);
}

const MAX_HOSTNAME_LENGTH = 64;

/** What the pod calls itself. An override takes the place of everything that would otherwise make its name. */
export function validateHostnames(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const { hostname, subdomain, hostnameOverride } = spec;
  const errors = [
    ...(isMissing(hostname) ? [] : validateDns1123LabelField(hostname, path.child('hostname'))),
    ...(isMissing(subdomain) ? [] : validateDns1123LabelField(subdomain, path.child('subdomain'))),
  ];
  if (hostnameOverride === undefined) return errors;
  const at = path.child('hostnameOverride');
  if (hostnameOverride.length > MAX_HOSTNAME_LENGTH) {
    errors.push(invalid(at, hostnameOverride, `must be no more than ${MAX_HOSTNAME_LENGTH} characters`));
  }
  errors.push(...invalidEach(at, hostnameOverride, isDNS1123Subdomain(hostnameOverride)));
  if (spec.setHostnameAsFQDN) errors.push(forbidden(at, 'may not be specified when `setHostnameAsFQDN` is true'));
  if (spec.hostNetwork) errors.push(forbidden(at, 'may not be specified when `hostNetwork` is true'));
  return errors;
}
