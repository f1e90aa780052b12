import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  nameIsDNSSubdomain,
  required,
  validateLabels,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing, validateQualifiedNameField, validateRequiredEnum } from '../fields/field-rules';
import { validateVolumes } from '../volume/validate-volumes';
import { validatePodResourceClaims } from './validate-claims';
import {
  type ContainerContext,
  validateContainerCommon,
  validateContainerRestartPolicy,
  validateInitContainer,
  validateRunningContainer,
} from './validate-container';
import { validateEphemeralContainers } from './validate-ephemeral-containers';
import { validateDnsConfig, validateDnsPolicy, validateHostAliases, validateHostnames } from './validate-network';
import { validateAffinity } from './validate-pod-affinity';
import { validateHostNetworkPorts, validateHostPortConflicts } from './validate-ports';
import { validateContainerResources, validatePodResources } from './validate-resources';
import { validateHostUsers, validatePodSecurityContext } from './validate-security-context';
import { validateTolerations } from './validate-tolerations';
import { validateTopologySpread } from './validate-topology-spread';
import { validateHostProcess, validateOs } from './validate-windows';

export interface PodSpecOptions {
  /** The spec is that of a pod and not of a template, which may be filled in later. */
  readonly resourceIsPod: boolean;
  /** The name of the pod, for names that are built from it. */
  readonly podName?: string;
}

/** Every rule about the spec of a pod or a template (ValidatePodSpec). The spec has its defaults already. */
export function validatePodSpec(spec: corev1.PodSpec, path: FieldPath, options: PodSpecOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.terminationGracePeriodSeconds === undefined) errors.push(required(path.child('terminationGracePeriodSeconds')));
  errors.push(
    ...validateVolumes(spec.volumes ?? [], path.child('volumes'), options),
    ...validatePodResourceClaims(spec.resourceClaims ?? [], path.child('resourceClaims')),
    ...validateAllContainers(spec, path),
    ...validatePodResources(spec, path.child('resources')),
    ...validateHostNetworkPorts(spec, path, options),
    ...validateRequiredEnum(spec.restartPolicy, path.child('restartPolicy'), ['Always', 'OnFailure', 'Never']),
    ...validateDnsPolicy(spec.dnsPolicy, path.child('dnsPolicy')),
    ...validateLabels(spec.nodeSelector, path.child('nodeSelector')),
    ...validatePodSecurityContext(spec, path.child('securityContext')),
    ...(spec.affinity ? validateAffinity(spec.affinity, path.child('affinity')) : []),
    ...validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, path.child('dnsConfig')),
    ...validateGates(spec, path),
    ...validateTopologySpread(spec.topologySpreadConstraints ?? [], path.child('topologySpreadConstraints')),
    ...validateHostProcess(spec, path),
    ...validateHostUsers(spec, path),
    ...validateReferences(spec, path),
    ...validateHostnames(spec, path),
    ...validateTolerations(spec.tolerations ?? [], path.child('tolerations')),
    ...validateHostAliases(spec.hostAliases ?? [], path.child('hostAliases')),
    ...validateScheduling(spec, path),
    ...validateOs(spec, path),
  );
  return errors;
}

function validateAllContainers(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const context: ContainerContext = {
    volumes: new Map((spec.volumes ?? []).map((volume) => [volume.name, volume])),
    claims: new Set((spec.resourceClaims ?? []).map(({ name }) => name).filter((name) => !isMissing(name))),
    gracePeriod: spec.terminationGracePeriodSeconds,
    restartPolicy: spec.restartPolicy,
    os: spec.os?.name,
    hostUsers: spec.hostUsers ?? true,
  };
  return [
    ...validateContainers(spec.containers ?? [], path.child('containers'), context),
    ...validateInitContainers(spec, path.child('initContainers'), context),
    ...validateEphemeralContainers(spec, path.child('ephemeralContainers'), context),
  ];
}

function validateContainers(containers: readonly corev1.Container[], path: FieldPath, context: ContainerContext): FieldError[] {
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, i) => {
    const at = path.index(i);
    const found = validateContainerCommon(container, at, context);
    if (names.has(container.name)) found.push(duplicate(at.child('name'), container.name));
    names.add(container.name);
    return [...found, ...validateRunningContainer(container, at, context), ...validateContainerRestartPolicy(container, at)];
  });
  return [...errors, ...validateHostPortConflicts(containers, path)];
}

function validateInitContainers(spec: corev1.PodSpec, path: FieldPath, context: ContainerContext): FieldError[] {
  const names = new Set((spec.containers ?? []).map(({ name }) => name));
  return (spec.initContainers ?? []).flatMap((container, i) => {
    const at = path.index(i);
    const errors = validateInitContainer(container, at, context);
    if (names.has(container.name)) errors.push(duplicate(at.child('name'), container.name));
    else if (!isMissing(container.name)) names.add(container.name);
    // Init containers run one by one, so each has the node's ports to itself; upstream counts each as the first.
    return [...errors, ...validateHostPortConflicts([container], path)];
  });
}

function validateGates({ readinessGates = [], schedulingGates = [] }: corev1.PodSpec, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return [
    ...readinessGates.flatMap(({ conditionType }, i) =>
      validateQualifiedNameField(conditionType ?? '', path.child('readinessGates').index(i).child('conditionType')),
    ),
    ...schedulingGates.flatMap(({ name }, i) => {
      const at = path.child('schedulingGates').index(i);
      const errors = validateQualifiedNameField(name ?? '', at);
      if (seen.has(name)) errors.push(duplicate(at, name));
      seen.add(name);
      return errors;
    }),
  ];
}

/** Names of other objects: all are DNS subdomains. */
function validateReferences(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const { serviceAccountName, nodeName, priorityClassName, runtimeClassName } = spec;
  const optional = Object.entries({ serviceAccountName, nodeName, priorityClassName }).filter(([, name]) => name !== '');
  return [...optional, ['runtimeClassName', runtimeClassName] as const].flatMap(([field, name]) =>
    name === undefined ? [] : invalidEach(path.child(field), name, nameIsDNSSubdomain(name, false)),
  );
}

const MAX_INT32 = 2 ** 31 - 1;
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];

function validateScheduling(
  { activeDeadlineSeconds: seconds, preemptionPolicy, overhead }: corev1.PodSpec,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (seconds !== undefined && (seconds < 1 || seconds > MAX_INT32)) {
    errors.push(invalid(path.child('activeDeadlineSeconds'), seconds, `must be between 1 and ${MAX_INT32}, inclusive`));
  }
  if (preemptionPolicy !== undefined) {
    errors.push(...validateRequiredEnum(preemptionPolicy, path.child('preemptionPolicy'), PREEMPTION_POLICIES));
  }
  return overhead ? [...errors, ...validateContainerResources({ limits: overhead }, path.child('overhead'))] : errors;
}
