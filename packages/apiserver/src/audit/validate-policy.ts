import { type FieldError, FieldPath, invalid, nameIsDNSSubdomain, notSupported, required } from '@typekube/apimachinery';
import type { PolicyFile, PolicyRule } from './policy';

const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'];
const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];

/** What is wrong with a policy (upstream's apis/audit/validation). */
export function validatePolicy({ omitStages = [], rules = [] }: PolicyFile): FieldError[] {
  return [
    ...validateStages(omitStages, FieldPath.of('omitStages')),
    ...rules.flatMap((rule, i) => validateRule(rule, FieldPath.of('rules').index(i))),
  ];
}

function validateRule(rule: PolicyRule, path: FieldPath): FieldError[] {
  const { level, nonResourceURLs = [], resources = [], namespaces = [], omitStages = [] } = rule;
  const errors = [
    ...validateLevel(level, path.child('level')),
    ...validateUrls(nonResourceURLs, path.child('nonResourceURLs')),
    ...validateResources(resources, path.child('resources')),
    ...validateStages(omitStages, path.child('omitStages')),
  ];
  if (nonResourceURLs.length && (resources.length || namespaces.length)) {
    errors.push(invalid(path.child('nonResourceURLs'), nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'));
  }
  return errors;
}

function validateLevel(level: string | undefined, path: FieldPath): FieldError[] {
  if (!level) return [required(path)];
  return LEVELS.includes(level) ? [] : [notSupported(path, level, LEVELS)];
}

function validateStages(stages: readonly string[], path: FieldPath): FieldError[] {
  return stages.flatMap((stage, i) => (STAGES.includes(stage) ? [] : [invalid(path.index(i), stage, `allowed stages are ${STAGES.join(',')}`)]));
}

function validateUrls(urls: readonly string[], path: FieldPath): FieldError[] {
  return urls.flatMap((url, i) => {
    if (url === '*') return [];
    if (!url.startsWith('/')) return [invalid(path.index(i), url, "non-resource URL rules must begin with a '/' character")];
    if (url.slice(0, -1).includes('*')) return [invalid(path.index(i), url, "non-resource URL wildcards '*' must be the final character of the rule")];
    return [];
  });
}

function validateResources(resources: NonNullable<PolicyRule['resources']>, path: FieldPath): FieldError[] {
  return resources.flatMap(({ group = '', resources: names = [], resourceNames = [] }, i) => {
    const problems = group === '' ? [] : nameIsDNSSubdomain(group, false);
    return [
      ...(problems.length ? [invalid(path.index(i).child('group'), group, problems.join(','))] : []),
      ...(resourceNames.length && !names.length
        ? [invalid(path.index(i).child('resourceNames'), resourceNames, 'using resourceNames requires at least one resource')]
        : []),
    ];
  });
}
