import type { corev1 } from '../../../types';
import { ensureSpec } from '../../../shared/fields/ensure-spec';
import { setPodSpecDefaults } from '../../../shared/pod-template/default-pod-spec';
import { setRequestsFromLimits } from '../../../shared/pod-template/default-resources';
import { aggregateContainerRequests, isPodLevelResource } from '../../../shared/pod-template/pod-requests';
import { isHugePageResourceName } from '../../../shared/resources/resource-names';

/** Fills in a pod (SetObjectDefaults_Pod). */
export function setDefaults(pod: corev1.Pod): void {
  const spec = ensureSpec(pod);
  setPodSpecDefaults(spec);
  for (const container of containersOf(spec)) setRequestsFromLimits(container.resources);
  setHugePageLimits(spec);
  setPodLevelRequests(spec);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork) setHostPorts(spec);
  if (pod.status) syncPodIps(pod.status);
}

/** `podIP` is the first of `podIPs`, and wins where they differ: old kubelets know it alone. */
function syncPodIps(status: corev1.PodStatus): void {
  if (status.podIP && status.podIP !== status.podIPs?.[0]?.ip) status.podIPs = [{ ip: status.podIP }];
  const first = status.podIPs?.[0]?.ip;
  if (first) status.podIP = first;
}

function containersOf(spec: Partial<corev1.PodSpec>): corev1.Container[] {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
}

/** On the node's network a container's port is the node's. */
function setHostPorts(spec: Partial<corev1.PodSpec>): void {
  for (const { ports = [] } of containersOf(spec)) {
    for (const port of ports) port.hostPort ||= port.containerPort;
  }
}

/** Huge pages cannot be overcommitted: what a pod requests of them as a whole is its limit too. */
function setHugePageLimits({ resources }: Partial<corev1.PodSpec>): void {
  for (const [name, amount] of Object.entries(resources?.requests ?? {})) {
    if (!resources || !isHugePageResourceName(name) || resources.limits?.[name] !== undefined) continue;
    resources.limits = { ...resources.limits, [name]: amount };
  }
}

/** Limits of the pod as a whole bring requests: what its containers request together, else the limit itself. */
function setPodLevelRequests(spec: Partial<corev1.PodSpec>): void {
  const { resources } = spec;
  if (!resources?.limits || Object.keys(resources.limits).length === 0) return;
  const known = (amounts: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(amounts).filter(([name]) => isPodLevelResource(name)));
  const requests = { ...known(resources.limits), ...known(aggregateContainerRequests(spec)), ...resources.requests };
  if (Object.keys(requests).length > 0) resources.requests = requests;
}
