import { FieldPath, isDNS1123Subdomain, isValidPathSegmentName, required, type FieldError } from '@typekube/apimachinery';
import { invalidEach, isMissing, validateImmutable } from '../../../shared/fields/field-rules';
import { validateIp } from '../../../shared/ip/validate';
import type { networkingv1 } from '../../../types';
import { validatePathSegment } from '../ingress/validate-backend';

const PARENT = FieldPath.of('spec', 'parentRef');

/** The name is the address itself, in canonical form; names cannot be generated. */
export function validateIpAddressName(name: string): string[] {
  return validateIp(name, FieldPath.of('metadata', 'name')).map(({ detail }) => detail);
}

export function validateIpAddress({ spec }: networkingv1.IPAddress): FieldError[] {
  const parent = spec?.parentRef;
  if (!parent) return [required(PARENT)];
  const { group, resource, name, namespace } = parent;
  return [
    ...(isMissing(group) ? [] : invalidEach(PARENT.child('group'), group, isDNS1123Subdomain(group))),
    ...validatePathSegment(resource, PARENT.child('resource')),
    ...validatePathSegment(name, PARENT.child('name')),
    ...(isMissing(namespace) ? [] : invalidEach(PARENT.child('namespace'), namespace, isValidPathSegmentName(namespace, false))),
  ];
}

export function validateIpAddressUpdate(address: networkingv1.IPAddress, old: networkingv1.IPAddress): FieldError[] {
  return validateImmutable(address.spec?.parentRef, old.spec?.parentRef, PARENT);
}
