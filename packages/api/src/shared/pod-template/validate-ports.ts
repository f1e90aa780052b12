import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  isValidPortName,
  isValidPortNum,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing, validateRequiredEnum } from '../fields/field-rules';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** The ports of one container. */
export function validateContainerPorts(ports: readonly corev1.ContainerPort[], path: FieldPath): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = path.index(i);
    const { containerPort, hostPort } = port;
    const errors = validatePortName(port.name, at.child('name'), names);
    if (containerPort) errors.push(...invalidEach(at.child('containerPort'), containerPort, isValidPortNum(containerPort)));
    else errors.push(required(at.child('containerPort')));
    if (hostPort) errors.push(...invalidEach(at.child('hostPort'), hostPort, isValidPortNum(hostPort)));
    return [...errors, ...validateRequiredEnum(port.protocol, at.child('protocol'), PROTOCOLS)];
  });
}

function validatePortName(name: string | undefined, path: FieldPath, seen: Set<string>): FieldError[] {
  if (isMissing(name)) return [];
  const errors = invalidEach(path, name, isValidPortName(name));
  if (errors.length > 0) return errors;
  if (seen.has(name)) return [duplicate(path, name)];
  seen.add(name);
  return [];
}

/** No two of these containers may take the same port of the node. */
export function validateHostPortConflicts(containers: readonly corev1.Container[], path: FieldPath): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, c) =>
    ports.flatMap(({ protocol = '', hostIP = '', hostPort }, p) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) return [duplicate(path.index(c).child('ports').index(p).child('hostPort'), key)];
      taken.add(key);
      return [];
    }),
  );
}

/**
 * On the node's network a container's port is the node's. In a template the host port may be missing: it is filled in when the
 * pod is made.
 */
export function validateHostNetworkPorts(
  spec: corev1.PodSpec,
  path: FieldPath,
  { resourceIsPod }: { resourceIsPod: boolean },
): FieldError[] {
  if (!spec.hostNetwork) return [];
  return (spec.containers ?? []).flatMap(({ ports = [] }, c) =>
    ports.flatMap(({ hostPort = 0, containerPort }, p) => {
      if ((!resourceIsPod && hostPort === 0) || hostPort === containerPort) return [];
      const at = path.child('containers').index(c).child('ports').index(p).child('hostPort');
      return [invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}
