import type { corev1 } from '../../types';
import { ensureSpec } from '../fields/ensure-spec';
import { setVolumeDefaults } from '../volume/default-volume';
import { setContainerDefaults } from './default-container';
import { setResourceDefaults, setResourceListDefaults } from './default-resources';

/** Fills in what pods and pod templates have in common (SetDefaults_PodSpec and the defaults of all it holds). */
export function setPodSpecDefaults(spec: Partial<corev1.PodSpec>): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  if (spec.serviceAccountName || spec.serviceAccount) setServiceAccountAlias(spec);
  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume);
  for (const container of allContainers(spec)) setContainerDefaults(container);
  setResourceDefaults(spec.resources);
  setResourceListDefaults(spec.overhead);
}

/** Fills in a pod template. `enableServiceLinks` and requests from limits come only when a pod is made of it. */
export function setPodTemplateDefaults(template: corev1.PodTemplateSpec): void {
  template.metadata ??= {};
  setPodSpecDefaults(ensureSpec(template));
}

/** Every container of a pod: init, regular and ephemeral. */
export function allContainers(spec: Partial<corev1.PodSpec>): (corev1.Container | corev1.EphemeralContainer)[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

/** `serviceAccount` is an old name of `serviceAccountName`; upstream always writes both. The new name wins. */
function setServiceAccountAlias(spec: Partial<corev1.PodSpec>): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (name === undefined) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}
