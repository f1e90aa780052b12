import { type FieldError, type FieldPath, invalid, nameIsDNSLabel, notSupported, required } from '@typekube/apimachinery';
import type { flowcontrolv1 } from '../../../types';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const ANY = '*';

/** Which requests on resources a rule is for. */
export function validateResourceRule(rule: flowcontrolv1.ResourcePolicyRule, path: FieldPath): FieldError[] {
  return [
    ...validateVerbs(rule.verbs ?? [], path.child('verbs')),
    ...validateList(
      rule.apiGroups ?? [],
      path.child('apiGroups'),
      'resource rules must supply at least one api group',
      'api groups',
    ),
    ...validateList(
      rule.resources ?? [],
      path.child('resources'),
      'resource rules must supply at least one resource',
      'resources',
    ),
    ...validateNamespaces(rule.namespaces ?? [], rule.clusterScope ?? false, path.child('namespaces')),
  ];
}

/** Which other requests a rule is for. */
export function validateNonResourceRule(rule: flowcontrolv1.NonResourcePolicyRule, path: FieldPath): FieldError[] {
  const urls = rule.nonResourceURLs ?? [];
  const urlsPath = path.child('nonResourceURLs');
  return [
    ...validateVerbs(rule.verbs ?? [], path.child('verbs')),
    ...validateList(urls, urlsPath, 'nonResourceURLs must contain at least one value', 'non-resource URLs'),
    ...(urls.includes(ANY) ? [] : urls.flatMap((url, i) => validateUrlPath(url, urlsPath.index(i)))),
  ];
}

function validateVerbs(verbs: readonly string[], path: FieldPath): FieldError[] {
  const errors = validateList(verbs, path, 'verbs must contain at least one value', 'verbs');
  if (verbs.includes(ANY) || verbs.every((verb) => VERBS.includes(verb))) return errors;
  return [...errors, notSupported(path, verbs, VERBS)];
}

function validateList(list: readonly string[], path: FieldPath, whenEmpty: string, what: string): FieldError[] {
  if (list.length === 0) return [required(path, whenEmpty)];
  return list.length > 1 && list.includes(ANY) ? [invalid(path, list, `if '*' is present, must not specify other ${what}`)] : [];
}

function validateNamespaces(namespaces: readonly string[], clusterScope: boolean, path: FieldPath): FieldError[] {
  if (namespaces.length === 0) {
    const detail = 'resource rules that are not cluster scoped must supply at least one namespace';
    return clusterScope ? [] : [required(path, detail)];
  }
  if (namespaces.includes(ANY)) {
    return namespaces.length > 1 ? [invalid(path, namespaces, "if '*' is present, must not specify other namespaces")] : [];
  }
  return namespaces.flatMap((namespace, i) =>
    nameIsDNSLabel(namespace, false).map((problem) =>
      invalid(path.index(i), namespace, `each member of this list must be '*' or a DNS-1123 label; ${problem}`),
    ),
  );
}

/** A path that may end in `/*`, which stands for all below (ValidateNonResourceURLPath). */
function validateUrlPath(url: string, path: FieldPath): FieldError[] {
  const problem = urlPathProblem(url);
  return problem === undefined ? [] : [invalid(path, url, problem)];
}

function urlPathProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const wildcards = url.split('*').length - 1;
  return wildcards > 1 || (wildcards === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}
