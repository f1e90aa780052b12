import { type FieldFilter, isDNS1123Label } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { computePodQos } from '../../../shared/pod-template/pod-qos';
import { warningsForPod } from '../../../shared/pod-template/warnings';
import type { corev1 } from '../../../types';
import { resolveLabelKeys } from './label-keys';
import { NO_SPEC, validate } from './validate';
import { validateEphemeralContainersUpdate } from './validate-ephemeral-update';
import { validateResize } from './validate-resize';
import { validateStatusUpdate } from './validate-status';
import { validateUpdate } from './validate-update';

export const strategy: Strategy<corev1.Pod> = {
  prepareForCreate(pod) {
    const { spec = NO_SPEC } = pod;
    pod.status = { phase: 'Pending', qosClass: computePodQos(spec) };
    if (spec.schedulingGates?.length) pod.status.conditions = [SCHEDULING_GATED];
    resolveLabelKeys(spec, pod.metadata.labels ?? {});
  },
  validate,
  warningsOnCreate: (pod) => [...warningsForName(pod.metadata.name ?? ''), ...warningsForPod(pod)],
  prepareForUpdate(pod, old) {
    keepField(pod, old, 'status');
  },
  validateUpdate,
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
  gracePeriodSeconds,
};

const SCHEDULING_GATED: corev1.PodCondition = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};

function warningsForName(name: string): string[] {
  const problems = isDNS1123Label(name);
  if (problems.length === 0) return [];
  const consequence = "this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";
  return [`metadata.name: ${consequence}: [${problems.join(' ')}]`];
}

/** A pod that runs nowhere, or no longer, is deleted at once; a negative period counts as one second. */
function gracePeriodSeconds({ spec, status }: corev1.Pod, requested: number | undefined): number {
  const finished = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (!spec?.nodeName || finished) return 0;
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return period < 0 ? 1 : period;
}

export const statusStrategy: Strategy<corev1.Pod> = deriveStatusStrategy(strategy, {
  resetFields: [['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']],
  prepareForUpdate(pod, old) {
    // Old kubelets send owner references and deletion times that they have not understood.
    keepField(pod.metadata, old.metadata, 'ownerReferences');
    keepField(pod.metadata, old.metadata, 'deletionTimestamp');
    // And leave out what they do not know.
    const { qosClass, observedGeneration: generation } = old.status ?? {};
    if (pod.status && !pod.status.qosClass && qosClass !== undefined) pod.status.qosClass = qosClass;
    if (pod.status && !pod.status.observedGeneration && generation !== undefined) pod.status.observedGeneration = generation;
  },
  validateUpdate: validateStatusUpdate,
});

export const ephemeralContainersStrategy: Strategy<corev1.Pod> = {
  prepareForUpdate(pod, old) {
    const containers = pod.spec?.ephemeralContainers;
    keepAllBut(pod, old, { ...(old.spec ?? NO_SPEC) });
    if (pod.spec) {
      if (containers) pod.spec.ephemeralContainers = containers;
      else delete pod.spec.ephemeralContainers;
    }
  },
  writtenFields: { 'f:spec': { 'f:ephemeralContainers': true } },
  validateUpdate: validateEphemeralContainersUpdate,
  warningsOnUpdate: () => [],
  tracksGeneration: true,
  allowUnconditionalUpdate: true,
};

const RESIZED: FieldFilter = { 'f:resources': true, 'f:resizePolicy': true };

export const resizeStrategy: Strategy<corev1.Pod> = {
  prepareForUpdate(pod, old) {
    const { spec = NO_SPEC } = pod;
    const { spec: oldSpec = NO_SPEC } = old;
    const resized = {
      ...oldSpec,
      containers: withResizes(oldSpec.containers ?? [], spec.containers ?? []),
      ...(oldSpec.initContainers && { initContainers: withResizes(oldSpec.initContainers, spec.initContainers ?? []) }),
    };
    keepAllBut(pod, old, resized);
  },
  writtenFields: { 'f:spec': { 'f:containers': { '*': RESIZED }, 'f:initContainers': { '*': RESIZED } } },
  validateUpdate: validateResize,
  warningsOnUpdate: () => [],
  tracksGeneration: true,
  allowUnconditionalUpdate: true,
};

/** The pod as it was, with another spec and with the names and the version that the request gave. */
function keepAllBut(pod: corev1.Pod, old: corev1.Pod, spec: corev1.PodSpec): void {
  const { name, namespace, resourceVersion, managedFields } = pod.metadata;
  const given = { name, namespace, resourceVersion, managedFields };
  const metadata = { ...old.metadata };
  for (const field of ['name', 'namespace', 'resourceVersion', 'managedFields'] as const) keepField(metadata, given, field);
  pod.metadata = metadata;
  pod.spec = spec;
  keepField(pod, old, 'status');
}

function withResizes(old: readonly corev1.Container[], asked: readonly corev1.Container[]): corev1.Container[] {
  return old.map((container) => {
    const wanted = asked.find(({ name }) => name === container.name);
    if (!wanted) return container;
    const resized = { ...container };
    keepField(resized, wanted, 'resources');
    keepField(resized, wanted, 'resizePolicy');
    return resized;
  });
}
