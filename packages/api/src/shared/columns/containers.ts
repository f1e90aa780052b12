import type { KubeObject } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { type Column, text, wide } from './table';

type Containers = readonly corev1.Container[] | undefined;

/** `web,sidecar` */
export function containerNames(containers: Containers): string {
  return (containers ?? []).map(({ name }) => name).join(',');
}

/** `nginx:1.27,busybox` */
export function containerImages(containers: Containers): string {
  return (containers ?? []).map(({ image }) => image ?? '').join(',');
}

/** The wide column of the containers' names, of a kind with a pod template. */
export function containersColumn<T extends KubeObject>(containersOf: (object: T) => Containers): Column<T> {
  const description = 'Names of each container in the template.';
  return wide(text('Containers', description, (object) => containerNames(containersOf(object))));
}

/** The wide column of the containers' images. */
export function imagesColumn<T extends KubeObject>(containersOf: (object: T) => Containers): Column<T> {
  const description = 'Images referenced by each container in the template.';
  return wide(text('Images', description, (object) => containerImages(containersOf(object))));
}
