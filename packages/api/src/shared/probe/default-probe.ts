import type { corev1 } from '../../types';

/** Fills in a probe (SetDefaults_Probe). A zero counts as unset, as upstream's ints do. */
export function setProbeDefaults(probe: corev1.Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) setHttpGetDefaults(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

/** Fills in the handlers of a container's lifecycle. */
export function setLifecycleDefaults(lifecycle: corev1.Lifecycle): void {
  for (const handler of [lifecycle.postStart, lifecycle.preStop]) {
    if (handler?.httpGet) setHttpGetDefaults(handler.httpGet);
  }
}

function setHttpGetDefaults(action: corev1.HTTPGetAction): void {
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}
