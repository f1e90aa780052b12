import {
  invalid,
  isDNS1123Subdomain,
  isValidPathSegmentName,
  isValidPortName,
  isValidPortNum,
  nameIsDNSLabel,
  required,
  type FieldError,
  type FieldPath,
} from '@typekube/apimachinery';
import { invalidEach, isMissing } from '../../../shared/fields/field-rules';
import type { networkingv1 } from '../../../types';

/** Where traffic goes: a port of a service, or an object of another kind. */
export function validateBackend({ resource, service }: networkingv1.IngressBackend, path: FieldPath): FieldError[] {
  if (resource && service) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateTypedReference(resource, path.child('resource'));
  if (service) return validateService(service, path);
  return [invalid(path, '', 'resource or service backend is required')];
}

function validateService({ name, port = {} }: networkingv1.IngressServiceBackend, path: FieldPath): FieldError[] {
  const namePath = path.child('service', 'name');
  const errors = isMissing(name) ? [required(namePath)] : invalidEach(namePath, name, nameIsDNSLabel(name, false));
  const portPath = path.child('service', 'port');
  const { name: portName, number = 0 } = port;
  if (!isMissing(portName) && number !== 0) {
    errors.push(invalid(path, '', 'cannot set both port name & port number'));
  } else if (!isMissing(portName)) {
    errors.push(...invalidEach(portPath.child('name'), portName, isValidPortName(portName)));
  } else if (number !== 0) {
    errors.push(...invalidEach(portPath.child('number'), number, isValidPortNum(number)));
  } else {
    errors.push(required(path, 'port name or number is required'));
  }
  return errors;
}

interface TypedReference {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

/** A reference to an object of any kind: its group a DNS name, kind and name fit for a path. */
export function validateTypedReference({ apiGroup, kind, name }: TypedReference, path: FieldPath): FieldError[] {
  const groupErrors =
    apiGroup === undefined ? [] : invalidEach(path.child('apiGroup'), apiGroup, isDNS1123Subdomain(apiGroup));
  return [
    ...groupErrors,
    ...validatePathSegment(kind, path.child('kind')),
    ...validatePathSegment(name, path.child('name')),
  ];
}

/** A required text that may stand as one segment of a URL path. */
export function validatePathSegment(value: string | undefined, path: FieldPath): FieldError[] {
  return isMissing(value) ? [required(path)] : invalidEach(path, value, isValidPathSegmentName(value, false));
}
