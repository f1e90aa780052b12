import { FieldPath, isValidPortNum, nameIsDNSSubdomain, required, type FieldError } from '@typekube/apimachinery';
import {
  invalidEach,
  isMissing,
  validateDns1123LabelField,
  validateQualifiedNameField,
  validateRequiredEnum,
} from '../../../shared/fields/field-rules';
import { validateLegacyIp, validateNonSpecialIp } from '../../../shared/ip/validate';
import type { corev1 } from '../../../types';

export const PORT_PROTOCOLS = ['SCTP', 'TCP', 'UDP'] as const;

/** `old` is the stored object on an update: its addresses stay valid in whatever form they have. */
export function validateEndpoints(endpoints: corev1.Endpoints, old?: corev1.Endpoints): FieldError[] {
  const existing = (old?.subsets ?? []).flatMap((subset) => allAddresses(subset).map(({ ip }) => ip));
  return (endpoints.subsets ?? []).flatMap((subset, i) => validateSubset(subset, FieldPath.of('subsets').index(i), existing));
}

function validateSubset(subset: corev1.EndpointSubset, path: FieldPath, existing: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  if (allAddresses(subset).length === 0) errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  for (const field of ['addresses', 'notReadyAddresses'] as const) {
    subset[field]?.forEach((address, i) => errors.push(...validateAddress(address, path.child(field).index(i), existing)));
  }
  const ports = subset.ports ?? [];
  const errorsOfPorts = ports.flatMap((port, i) => validatePort(port, path.child('ports').index(i), ports.length > 1));
  return [...errors, ...errorsOfPorts];
}

function validateAddress(address: corev1.EndpointAddress, path: FieldPath, existing: readonly string[]): FieldError[] {
  const { ip = '', hostname, nodeName } = address;
  const errors = validateLegacyIp(ip, path.child('ip'), existing);
  if (!isMissing(hostname)) errors.push(...validateDns1123LabelField(hostname, path.child('hostname')));
  if (nodeName !== undefined) errors.push(...invalidEach(path.child('nodeName'), nodeName, nameIsDNSSubdomain(nodeName, false)));
  return [...errors, ...validateNonSpecialIp(ip, path.child('ip'))];
}

function validatePort(port: corev1.EndpointPort, path: FieldPath, requireName: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (!isMissing(port.name)) errors.push(...validateDns1123LabelField(port.name, path.child('name')));
  else if (requireName) errors.push(required(path.child('name')));
  errors.push(...invalidEach(path.child('port'), port.port ?? 0, isValidPortNum(port.port ?? 0)));
  errors.push(...validateRequiredEnum(port.protocol, path.child('protocol'), PORT_PROTOCOLS));
  if (port.appProtocol !== undefined) errors.push(...validateQualifiedNameField(port.appProtocol, path.child('appProtocol')));
  return errors;
}

function allAddresses(subset: corev1.EndpointSubset): corev1.EndpointAddress[] {
  return [...(subset.addresses ?? []), ...(subset.notReadyAddresses ?? [])];
}
