import { type FieldError, FieldPath, forbidden, invalid } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { withoutStored } from '../../../shared/fields/ratchet';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { computePodQos } from '../../../shared/pod-template/pod-qos';
import { isRestartableInitContainer } from '../../../shared/pod-template/pod-requests';
import { MIRROR_POD_ANNOTATION } from '../../../shared/pod-template/validate-pod-annotations';
import { NO_SPEC, validateSpecAndAnnotations } from './validate';

const SPEC = FieldPath.of('spec');

/** Only cpu and memory of containers and sidecars may be resized, and not so that the pod's class changes (ValidatePodResize). */
export function validateResize(pod: corev1.Pod, oldPod: corev1.Pod): FieldError[] {
  const refusal = refusalOf(pod, oldPod);
  if (refusal) return [forbidden(FieldPath.of(''), refusal)];
  const { spec = NO_SPEC } = pod;
  const { spec: old = NO_SPEC } = oldPod;
  const errors = withoutStored(validateSpecAndAnnotations(pod), () => validateSpecAndAnnotations(oldPod));
  if ((oldPod.status?.qosClass ?? computePodQos(old)) !== computePodQos(spec)) {
    errors.push(invalid(SPEC, pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  }
  if (!isResizeSupported(oldPod)) errors.push(forbidden(SPEC, 'Pod running on node without support for resize'));
  errors.push(...validateContainers(spec, old));
  if (errors.length > 0 || semanticEqual(withResourcesOf(spec, old), old)) return errors;
  return [forbidden(SPEC, 'only cpu and memory resources are mutable')];
}

function refusalOf({ spec }: corev1.Pod, { spec: old, metadata }: corev1.Pod): string | undefined {
  const podLevel = [spec, old].some((one) => Object.keys({ ...one?.resources?.requests, ...one?.resources?.limits }).length > 0);
  if (podLevel) return 'pods with pod-level resources cannot be resized';
  if (metadata.annotations?.[MIRROR_POD_ANNOTATION] !== undefined) return 'static pods cannot be resized';
  return old?.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined;
}

/** A node that can resize reports the resources of its running containers. */
function isResizeSupported({ status }: corev1.Pod): boolean {
  const running = (status?.containerStatuses ?? []).find(({ state }) => state?.running);
  return !running || running.resources !== undefined;
}

function validateContainers(spec: corev1.PodSpec, old: corev1.PodSpec): FieldError[] {
  return (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, i) => {
      const before = old[list]?.[i];
      if (!before) return [];
      const resizable = list === 'containers' || isRestartableInitContainer(container);
      if (!resizable) {
        return semanticEqual(container, before)
          ? []
          : [forbidden(SPEC, 'resources for non-sidecar init containers are immutable')];
      }
      const removed = validateNothingRemoved(container, before, SPEC.child(list).index(i).child('resources'));
      if (semanticEqual(withComputeOf(container, before), before)) return removed;
      const which = list === 'containers' ? 'resources' : 'resources for sidecar containers';
      return [...removed, forbidden(SPEC, `only cpu and memory ${which} are mutable`)];
    }),
  );
}

function validateNothingRemoved(container: corev1.Container, old: corev1.Container, path: FieldPath): FieldError[] {
  return (['requests', 'limits'] as const).flatMap((field) => {
    const amounts = container.resources?.[field] ?? {};
    const removed = Object.keys(old.resources?.[field] ?? {}).some((name) => amounts[name] === undefined);
    return removed ? [forbidden(path.child(field), `resource ${field} cannot be removed`)] : [];
  });
}

/** The container with the cpu and memory that it had. */
function withComputeOf(container: corev1.Container, old: corev1.Container): corev1.Container {
  const amounts = (field: 'requests' | 'limits'): Record<string, string> => {
    const { cpu: _cpu, memory: _memory, ...others } = container.resources?.[field] ?? {};
    const { cpu, memory } = old.resources?.[field] ?? {};
    return { ...others, ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
  };
  const resources = { ...container.resources, limits: amounts('limits'), requests: amounts('requests') };
  return { ...container, resources };
}

function withResourcesOf(spec: corev1.PodSpec, old: corev1.PodSpec): corev1.PodSpec {
  const restore = (containers: readonly corev1.Container[] | undefined, before: readonly corev1.Container[] | undefined) =>
    (containers ?? []).map((container, i) => (before?.[i] ? withComputeOf(container, before[i]) : container));
  return {
    ...spec,
    containers: restore(spec.containers, old.containers),
    initContainers: restore(spec.initContainers, old.initContainers),
  };
}
