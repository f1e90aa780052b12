import type { corev1 } from '@typekube/api';
import type { ObjectMeta } from '@typekube/apimachinery';
import { containersOf } from '../pods';

/** A pod, or the template of one. */
export interface CheckedPod {
  readonly metadata: ObjectMeta;
  readonly spec: corev1.PodSpec;
}

/** What is forbidden, and who does it. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One rule of the Pod Security Standards. `version` is that of the policy, a minor number. */
export interface Check {
  readonly id: string;
  /** The version of the policy that it is in from. */
  readonly since: number;
  /** Rules of the lower level that it takes the place of. */
  readonly replaces?: readonly string[];
  find(pod: CheckedPod, version: number): Violation | undefined;
}

type Container = corev1.Container | corev1.EphemeralContainer;

/** The names of the containers of any sort that are so. */
export function containersThat({ spec }: CheckedPod, test: (container: Container) => boolean): string[] {
  return containersOf(spec).filter(test).map(({ name }) => name);
}

/** Rules about Linux do not concern pods that say they are for Windows, from this version on. */
export function isWindows({ spec }: CheckedPod, version: number): boolean {
  return version >= 25 && spec.os?.name === 'windows';
}

/** From this version on, what is root in a user namespace of its own counts as somebody else. */
export function isInUserNamespace({ spec }: CheckedPod, version: number): boolean {
  return version >= 35 && spec.hostUsers === false;
}
