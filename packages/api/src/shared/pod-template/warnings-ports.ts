import type { FieldPath } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { visitContainers } from './visit-containers';

interface PlacedPort {
  readonly port: corev1.ContainerPort;
  readonly path: FieldPath;
}

/** Ports that repeat or overlap among all containers of a pod. */
export function warningsForPorts(spec: corev1.PodSpec, path: FieldPath): string[] {
  const byPort = new Map<string, PlacedPort[]>();
  const warnings: string[] = [];
  for (const { container, path: at } of visitContainers(spec, path)) {
    for (const [i, port] of (container.ports ?? []).entries()) {
      const placed = { port, path: at.child('ports').index(i) };
      if (port.hostIP && !port.hostPort) warnings.push(`${placed.path}: hostIP set without hostPort: ${goStruct(port)}`);
      const key = `${port.containerPort}/${port.protocol ?? ''}`;
      const others = byPort.get(key) ?? [];
      warnings.push(...others.flatMap((other) => comparison(placed, other)));
      byPort.set(key, [...others, placed]);
    }
  }
  return warnings;
}

function comparison({ port, path }: PlacedPort, { port: other, path: otherPath }: PlacedPort): string[] {
  const [hostIP, otherIP] = [port.hostIP ?? '', other.hostIP ?? ''];
  const [hostPort, otherPort] = [port.hostPort ?? 0, other.hostPort ?? 0];
  if (hostIP === otherIP && hostPort === otherPort) return [`${path}: duplicate port definition with ${otherPath}`];
  if (hostPort === 0 || otherPort === 0) return [`${path}: overlapping port definition with ${otherPath}`];
  const oneUnset = (hostIP === '') !== (otherIP === '');
  return hostPort === otherPort && oneUnset ? [`${path}: dangerously ambiguous port definition with ${otherPath}`] : [];
}

/** A port as Go's `%+v` prints it. */
function goStruct({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: corev1.ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}
