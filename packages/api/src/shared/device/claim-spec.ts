import { type FieldError, type FieldPath, invalid, isDNS1123Subdomain, notSupported, required } from '@typekube/apimachinery';
import type { resourcev1 } from '../../types';
import { invalidEach } from '../fields/field-rules';
import { validateSet, validateSlice } from './collections';
import { validateConfiguration, validateSelectors } from './configuration';
import { validateFullyQualifiedName } from './names';
import { MAX_REQUESTS, requestNames, validateRequestName, validateRequestRefs } from './request-names';
import { validateDeviceToleration } from './taints';

const MAX_CONSTRAINTS = 32;
const MAX_CONFIGURATIONS = 32;
const MAX_SUBREQUESTS = 8;
const NEW = { stored: false };
const ONE_FORM = 'exactly one of `exactly` or `firstAvailable` is required';

/** The rules of a new claim's spec, of a ResourceClaim or a template. */
export function validateClaimSpec(spec: resourcev1.ResourceClaimSpec | undefined, path: FieldPath): FieldError[] {
  const claim = spec?.devices;
  const at = path.child('devices');
  const names = requestNames(claim);
  return [
    ...validateSet(
      claim?.requests,
      { max: MAX_REQUESTS, rule: validateRequest, keyOf: ({ name }) => name },
      at.child('requests'),
    ),
    ...validateSlice(claim?.constraints, MAX_CONSTRAINTS, (one, p) => validateConstraint(one, p, names), at.child('constraints')),
    ...validateSlice(
      claim?.config,
      MAX_CONFIGURATIONS,
      (one, p) => [...validateRequestRefs(one.requests, p.child('requests'), names), ...validateConfiguration(one, p, NEW)],
      at.child('config'),
    ),
  ];
}

function validateRequest({ name, exactly, firstAvailable = [] }: resourcev1.DeviceRequest, path: FieldPath): FieldError[] {
  const errors = validateRequestName(name, path.child('name'));
  if (exactly && firstAvailable.length > 0) return [...errors, invalid(path, null, `${ONE_FORM}, but multiple fields are set`)];
  if (exactly) return [...errors, ...validateExactRequest(exactly, path.child('exactly'))];
  if (firstAvailable.length === 0) return [...errors, required(path, ONE_FORM)];
  const rules = { max: MAX_SUBREQUESTS, rule: validateSubrequest, keyOf: (sub: resourcev1.DeviceSubRequest) => sub.name };
  return [...errors, ...validateSet(firstAvailable, rules, path.child('firstAvailable'))];
}

function validateSubrequest(request: resourcev1.DeviceSubRequest, path: FieldPath): FieldError[] {
  return [...validateRequestName(request.name, path.child('name')), ...validateExactRequest(request, path)];
}

function validateExactRequest(
  request: resourcev1.ExactDeviceRequest | resourcev1.DeviceSubRequest,
  path: FieldPath,
): FieldError[] {
  const { deviceClassName: name } = request;
  const at = path.child('deviceClassName');
  return [
    ...(name ? invalidEach(at, name, isDNS1123Subdomain(name)) : [required(at)]),
    ...validateSelectors(request.selectors, path.child('selectors'), NEW),
    ...validateAllocationMode(request.allocationMode ?? '', request.count ?? 0, path),
    ...(request.tolerations ?? []).flatMap((one, i) => validateDeviceToleration(one, path.child('tolerations').index(i))),
  ];
}

function validateAllocationMode(mode: string, count: number, path: FieldPath): FieldError[] {
  const countPath = path.child('count');
  switch (mode) {
    case 'All':
      return count === 0 ? [] : [invalid(countPath, count, `must not be specified when allocationMode is '${mode}'`)];
    case 'ExactCount':
      return count > 0 ? [] : [invalid(countPath, count, 'must be greater than zero')];
    default:
      return [notSupported(path.child('allocationMode'), mode, ['All', 'ExactCount'])];
  }
}

function validateConstraint(constraint: resourcev1.DeviceConstraint, path: FieldPath, names: ReadonlySet<string>): FieldError[] {
  const { requests, matchAttribute, distinctAttribute } = constraint;
  const errors = validateRequestRefs(requests, path.child('requests'), names);
  if (matchAttribute !== undefined) {
    return [...errors, ...validateFullyQualifiedName(matchAttribute, path.child('matchAttribute'))];
  }
  if (distinctAttribute !== undefined) {
    return [...errors, ...validateFullyQualifiedName(distinctAttribute, path.child('distinctAttribute'))];
  }
  const detail = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
  return [...errors, required(path, detail)];
}
