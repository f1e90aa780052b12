import type { FieldPath } from '@typekube/apimachinery';
import type { corev1 } from '../../types';

/** A container of any sort and where it stands. */
export interface VisitedContainer {
  readonly container: corev1.Container | corev1.EphemeralContainer;
  readonly path: FieldPath;
}

/** Every container of a pod in upstream's order: init, regular, ephemeral. */
export function* visitContainers(spec: corev1.PodSpec, path: FieldPath): Generator<VisitedContainer> {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [i, container] of (spec[list] ?? []).entries()) yield { container, path: path.child(list).index(i) };
  }
}
