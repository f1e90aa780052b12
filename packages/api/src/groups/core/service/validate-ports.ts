import { duplicate, FieldPath, isValidPortName, isValidPortNum, required, type FieldError } from '@typekube/apimachinery';
import {
  invalidEach,
  isMissing,
  validateDns1123LabelField,
  validateQualifiedNameField,
  validateRequiredEnum,
} from '../../../shared/fields/field-rules';
import type { corev1 } from '../../../types';
import { PORT_PROTOCOLS } from '../endpoints/validate';

/** Each port by itself, and that names are given and differ where there are several. */
export function validatePorts({ ports = [] }: corev1.ServiceSpec): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const path = FieldPath.of('spec', 'ports').index(i);
    return [...validateName(port.name, path.child('name'), ports.length > 1, names), ...validatePort(port, path)];
  });
}

function validateName(name: string | undefined, path: FieldPath, isRequired: boolean, seen: Set<string>): FieldError[] {
  if (isMissing(name)) return isRequired ? [required(path)] : [];
  const errors = validateDns1123LabelField(name, path);
  if (seen.has(name)) errors.push(duplicate(path, name));
  seen.add(name);
  return errors;
}

function validatePort(port: corev1.ServicePort, path: FieldPath): FieldError[] {
  const number = port.port ?? 0;
  const errors = invalidEach(path.child('port'), number, isValidPortNum(number));
  errors.push(...validateRequiredEnum(port.protocol, path.child('protocol'), PORT_PROTOCOLS));
  errors.push(...validatePortNumberOrName(port.targetPort ?? 0, path.child('targetPort')));
  if (port.appProtocol !== undefined) errors.push(...validateQualifiedNameField(port.appProtocol, path.child('appProtocol')));
  return errors;
}

/** A port number, or the name of a container's port. */
export function validatePortNumberOrName(port: number | string, path: FieldPath): FieldError[] {
  return invalidEach(path, port, typeof port === 'number' ? isValidPortNum(port) : isValidPortName(port));
}
