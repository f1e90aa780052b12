import type { corev1 } from '@typekube/api';
import type { CheckedPod } from './check';

const POD_SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';

type Container = corev1.Container | corev1.EphemeralContainer;

/** Whether an update changes anything that the rules look at: of a pod that is there, images and containers that are added. */
export function isSignificantUpdate(pod: CheckedPod, old: CheckedPod): boolean {
  const annotationChanged = (key: string): boolean => pod.metadata.annotations?.[key] !== old.metadata.annotations?.[key];
  const changed = (container: Container, before: Container | undefined): boolean =>
    !before || container.image !== before.image || annotationChanged(CONTAINER_SECCOMP + container.name);
  const anyChanged = (list: 'containers' | 'initContainers'): boolean => {
    const [now, before] = [pod.spec[list] ?? [], old.spec[list] ?? []];
    return now.length !== before.length || now.some((container, i) => changed(container, before[i]));
  };
  const ephemeral = pod.spec.ephemeralContainers ?? [];
  return (
    annotationChanged(POD_SECCOMP) ||
    anyChanged('containers') ||
    anyChanged('initContainers') ||
    ephemeral.some((container) => changed(container, old.spec.ephemeralContainers?.find(({ name }) => name === container.name)))
  );
}
