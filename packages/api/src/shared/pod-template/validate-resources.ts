import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notFound,
  notSupported,
  parseQuantity,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { isMissing, validateDns1123LabelField } from '../fields/field-rules';
import { ratcheted } from '../fields/ratchet';
import { isHugePageResourceName, isOvercommitAllowed } from '../resources/resource-names';
import {
  compareQuantities,
  validateContainerResourceName,
  validateResourceName,
  validateResourceQuantityValue,
} from '../resources/validate';
import { aggregateContainerRequests, isPodLevelResource } from './pod-requests';

type NameRule = (name: string, path: FieldPath) => FieldError[];

/** The names of a pod's resource claims, which its containers may refer to. */
export type ClaimNames = ReadonlySet<string>;

/** Requests, limits and claims of a container (ValidateContainerResourceRequirements). */
export function validateContainerResources(
  resources: corev1.ResourceRequirements,
  path: FieldPath,
  claims: ClaimNames = new Set(),
): FieldError[] {
  return [
    ...validateAmounts(resources, path, validateContainerResourceName),
    ...validateClaimReferences(resources.claims ?? [], path.child('claims'), claims),
  ];
}

const NEEDS_CPU_OR_MEMORY = 'HugePages require cpu or memory';

/** A resource may have the name of what all objects have. */
function ownLimit(limits: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(limits, name) ? limits[name] : undefined;
}

function validateAmounts(
  { limits = {}, requests = {} }: corev1.ResourceRequirements,
  path: FieldPath,
  nameRule: NameRule,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, amount] of Object.entries(limits)) {
    errors.push(...validateAmount(name, amount, path.child('limits').key(name), nameRule));
  }
  for (const [name, amount] of Object.entries(requests)) {
    const at = path.child('requests').key(name);
    const [general, hugePages] = [validateNamedAmount(name, amount, at, nameRule), validateHugePages(name, amount, at)];
    errors.push(...general, ...validateAgainstLimit(name, amount, ownLimit(limits, name), path), ...hugePages);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePageResourceName) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, NEEDS_CPU_OR_MEMORY));
  }
  return errors;
}

function validateAmount(name: string, amount: string, path: FieldPath, nameRule: NameRule): FieldError[] {
  return [...validateNamedAmount(name, amount, path, nameRule), ...validateHugePages(name, amount, path)];
}

function validateNamedAmount(name: string, amount: string, path: FieldPath, nameRule: NameRule): FieldError[] {
  return [...nameRule(name, path), ...validateResourceQuantityValue(name, amount, path)];
}

/** What cannot be overcommitted must be requested as it is limited; nothing may be requested beyond its limit. */
function validateAgainstLimit(name: string, amount: string, limit: string | undefined, path: FieldPath): FieldError[] {
  const overcommit = isOvercommitAllowed(name);
  if (limit === undefined) {
    return overcommit ? [] : [required(path.child('limits'), 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(amount, limit);
  if (order !== 0 && !overcommit) return [invalid(path.child('requests'), amount, `must be equal to ${name} limit of ${limit}`)];
  return order > 0 ? [invalid(path.child('requests'), amount, `must be less than or equal to ${name} limit of ${limit}`)] : [];
}

function validateHugePages(name: string, amount: string, path: FieldPath): FieldError[] {
  if (!isHugePageResourceName(name) || isMultipleOfPage(name, amount)) return [];
  return ratcheted('huge pages', [invalid(path, amount, `${amount} is not positive integer multiple of ${name}`)]);
}

const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function isMultipleOfPage(name: string, amount: string): boolean {
  const page = name.slice('hugepages-'.length);
  if (!QUANTITY.test(page)) return false;
  const size = parseQuantity(page).value();
  const bytes = parseQuantity(amount).value();
  return size > 0n && bytes % size === 0n;
}

function validateClaimReferences(claims: readonly corev1.ResourceClaim[], path: FieldPath, known: ClaimNames): FieldError[] {
  const seen = new Set<string>();
  return claims.flatMap((claim, i) => {
    const at = path.index(i);
    if (isMissing(claim.name)) return [required(at)];
    const errors = validateClaimRepetition(claim, at, seen);
    if (!known.has(claim.name)) {
      const which = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
      errors.push({ ...notFound(at, claim.name), detail: `must be one of the names in pod.spec.resourceClaims${which}` });
    }
    return errors;
  });
}

/** A claim may be used whole once, or by requests that differ. */
function validateClaimRepetition({ name, request }: corev1.ResourceClaim, path: FieldPath, seen: Set<string>): FieldError[] {
  if (seen.has(name)) return [duplicate(path, name)];
  const whole = isMissing(request);
  const key = whole ? name : `${name}/${request}`;
  const errors = whole ? [] : validateDns1123LabelField(request, path.child('request'));
  if (seen.has(key)) errors.push(duplicate(path, key));
  else if (whole) errors.push(...[...seen].filter((other) => other.startsWith(`${name}/`)).map(() => duplicate(path, name)));
  seen.add(key);
  return errors;
}

/** Resources of the pod as a whole: at least what its containers request, at most limits that cover each of theirs. */
export function validatePodResources(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  const errors = resources.claims ? [forbidden(path.child('claims'), 'claims cannot be set for Resources at pod-level')] : [];
  errors.push(...validateAmounts(resources, path, validatePodResourceName));
  for (const [name, total] of Object.entries(aggregateContainerRequests(spec))) {
    const request = resources.requests?.[name] ?? '0';
    if (!isPodLevelResource(name) || compareQuantities(total, request) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${total}`;
    errors.push(invalid(path.child('requests').key(name), request, detail));
  }
  return [...errors, ...validateLimitsWithinPod(spec, path)];
}

function validateLimitsWithinPod({ containers = [], resources }: corev1.PodSpec, path: FieldPath): FieldError[] {
  return containers.flatMap((container, i) =>
    Object.entries(container.resources?.limits ?? {}).flatMap(([name, limit]) => {
      const podLimit = resources?.limits?.[name];
      if (podLimit === undefined || compareQuantities(limit, podLimit) <= 0) return [];
      const at = path.child('containers').index(i).key(name).child('limits');
      return [invalid(at, limit, `must be less than or equal to pod limits of ${podLimit}`)];
    }),
  );
}

const POD_LEVEL_RESOURCES = ['cpu', 'hugepages-', 'memory'];

function validatePodResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length > 0) return errors;
  return isPodLevelResource(name) ? [] : [notSupported(path, name, POD_LEVEL_RESOURCES)];
}
