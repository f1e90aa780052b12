import type { corev1 } from '../../types';
import { setLifecycleDefaults, setProbeDefaults } from '../probe/default-probe';
import { setResourceDefaults } from './default-resources';
import { defaultPullPolicy } from './image-name';

/** Fills in a container of any sort (SetDefaults_Container, SetDefaults_EphemeralContainer and those of its parts). */
export function setContainerDefaults(container: corev1.Container | corev1.EphemeralContainer): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '');
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const variable of container.env ?? []) setEnvDefaults(variable);
  setResourceDefaults(container.resources);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) setProbeDefaults(probe);
  }
  if (container.lifecycle) setLifecycleDefaults(container.lifecycle);
}

function setEnvDefaults({ valueFrom }: corev1.EnvVar): void {
  if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
  if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
  if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= '0';
}
