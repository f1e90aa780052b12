import {
  duplicate,
  invalid,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  required,
  tooMany,
  type FieldError,
  type FieldPath,
} from '@typekube/apimachinery';
import { invalidEach, isMissing, validateEnum } from '../../../shared/fields/field-rules';
import type { schedulingv1alpha2 } from '../../../types';

const HIGHEST_PRIORITY = 1_000_000_000;
const MAX_RESOURCE_CLAIMS = 4;
const MAX_TOPOLOGY_CONSTRAINTS = 1;

/** What pod groups and their templates have in common. */
export type Scheduling = Omit<schedulingv1alpha2.PodGroupTemplate, 'name'>;

export function validateScheduling(scheduling: Partial<Scheduling>, path: FieldPath): FieldError[] {
  const {
    schedulingPolicy = {},
    schedulingConstraints,
    resourceClaims = [],
    disruptionMode,
    priorityClassName,
    priority,
  } = scheduling;
  const errors = validatePolicy(schedulingPolicy, path.child('schedulingPolicy'));
  errors.push(...validateConstraints(schedulingConstraints?.topology ?? [], path.child('schedulingConstraints', 'topology')));
  errors.push(...validateResourceClaims(resourceClaims, path.child('resourceClaims')));
  if (disruptionMode !== undefined) {
    errors.push(...validateEnum(disruptionMode, path.child('disruptionMode'), ['Pod', 'PodGroup']));
  }
  if (!isMissing(priorityClassName)) {
    errors.push(...invalidEach(path.child('priorityClassName'), priorityClassName, isDNS1123Subdomain(priorityClassName)));
  }
  if (priority !== undefined && priority > HIGHEST_PRIORITY) {
    errors.push(invalid(path.child('priority'), priority, `must be less than or equal to ${HIGHEST_PRIORITY}`));
  }
  return errors;
}

/** Pods of a group are scheduled one by one, or all at once. */
function validatePolicy({ basic, gang }: schedulingv1alpha2.PodGroupSchedulingPolicy, path: FieldPath): FieldError[] {
  const hasBasic = basic !== undefined && basic !== null;
  if (hasBasic && gang) {
    const detail = 'exactly one of `basic`, `gang` is required, but multiple fields are set';
    return [invalid(path, '{`basic`, `gang`}', detail)];
  }
  if (!hasBasic && !gang) return [invalid(path, '', 'must specify one of: `basic`, `gang`')];
  return gang ? validateMinCount(gang.minCount ?? 0, path.child('gang', 'minCount')) : [];
}

function validateMinCount(minCount: number, path: FieldPath): FieldError[] {
  if (minCount === 0) return [required(path)];
  return minCount < 0 ? [invalid(path, minCount, 'must be greater than or equal to 1')] : [];
}

function validateConstraints(constraints: readonly schedulingv1alpha2.TopologyConstraint[], path: FieldPath): FieldError[] {
  if (constraints.length > MAX_TOPOLOGY_CONSTRAINTS) return [tooMany(path, constraints.length, MAX_TOPOLOGY_CONSTRAINTS)];
  return constraints.flatMap(({ key }, i) => {
    const at = path.index(i).child('key');
    return isMissing(key) ? [required(at)] : invalidEach(at, key, isQualifiedName(key));
  });
}

function validateResourceClaims(claims: readonly schedulingv1alpha2.PodGroupResourceClaim[], path: FieldPath): FieldError[] {
  if (claims.length > MAX_RESOURCE_CLAIMS) return [tooMany(path, claims.length, MAX_RESOURCE_CLAIMS)];
  const names = claims.map(({ name }) => name);
  return claims.flatMap((claim, i) => {
    const at = path.index(i);
    const repeated = names.indexOf(claim.name) < i ? [duplicate(at, { name: claim.name })] : [];
    return [...repeated, ...validateResourceClaim(claim, at)];
  });
}

function validateResourceClaim(claim: schedulingv1alpha2.PodGroupResourceClaim, path: FieldPath): FieldError[] {
  const { name, resourceClaimName, resourceClaimTemplateName } = claim;
  const errors: FieldError[] = [];
  const given = Object.entries({ resourceClaimName, resourceClaimTemplateName }).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    errors.push(invalid(path, '', 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
  }
  if (given.length > 1) {
    const set = given.map(([field, value]) => `${field}=${JSON.stringify(value)}`).join(', ');
    errors.push(invalid(path, `{${set}}`, 'must specify exactly one of: `resourceClaimName`, `resourceClaimTemplateName`'));
  }
  errors.push(...validateShortName(name, path.child('name')));
  for (const [field, value] of given) errors.push(...invalidEach(path.child(field), value, isDNS1123Subdomain(value ?? '')));
  return errors;
}

/** A required DNS label. */
export function validateShortName(name: string | undefined, path: FieldPath): FieldError[] {
  return isMissing(name) ? [required(path)] : invalidEach(path, name, isDNS1123Label(name));
}
