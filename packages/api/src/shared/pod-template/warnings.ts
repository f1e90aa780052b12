import { FieldPath, type ObjectMeta, parseQuantity } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { warningsForIp } from '../ip/warnings';
import { APP_ARMOR_PREFIX, SECCOMP_CONTAINER_PREFIX, SECCOMP_POD } from './validate-pod-annotations';
import { visitContainers } from './visit-containers';
import { warningsForNodeAffinity, warningsForNodeLabel } from './warnings-node-labels';
import { warningsForPorts } from './warnings-ports';
import { warningsForVolumes } from './warnings-volumes';

/** Warnings about a pod that is written, as pkg/api/pod/warnings.go. */
export function warningsForPod(pod: corev1.Pod): string[] {
  return pod.spec
    ? warningsForSpec(pod.spec, pod.metadata, { isTemplate: false, at: (first, ...more) => FieldPath.of(first, ...more) })
    : [];
}

/** The same for the template of a workload that stands at `path`. */
export function warningsForPodTemplate(template: corev1.PodTemplateSpec | undefined, path: FieldPath): string[] {
  if (!template?.spec) return [];
  return warningsForSpec(template.spec, template.metadata ?? {}, { isTemplate: true, at: (...names) => path.child(...names) });
}

interface Place {
  readonly isTemplate: boolean;
  at(first: string, ...more: string[]): FieldPath;
}

function warningsForSpec(spec: corev1.PodSpec, metadata: ObjectMeta, place: Place): string[] {
  const path = place.at('spec');
  const warnings = [
    ...Object.keys(spec.nodeSelector ?? {}).flatMap((key) => warningsForNodeLabel(key, path.child('nodeSelector').key(key))),
    ...warningsForNodeAffinity(spec.affinity?.nodeAffinity, path.child('affinity', 'nodeAffinity')),
    ...warningsForTopologySpread(spec, path),
    ...warningsForAnnotations(metadata, place),
    ...warningsForVolumes(spec.volumes ?? [], path.child('volumes')),
    ...warningsForLists(spec, path),
    ...warningsForFractions(spec.overhead, path.child('overhead')),
    ...warningsForSeccompPod(spec, metadata, place),
    ...warningsForContainers(spec, metadata, place),
    ...warningsForPorts(spec, path),
  ];
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    warnings.push(
      `${path.child('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  }
  return [...warnings, ...warningsForPodAffinity(spec.affinity, path.child('affinity')), ...warningsForIps(spec, path)];
}

const MATCHES_NOTHING = 'a null labelSelector results in matching no pod';

function warningsForTopologySpread({ topologySpreadConstraints = [] }: corev1.PodSpec, path: FieldPath): string[] {
  return topologySpreadConstraints.flatMap(({ topologyKey, labelSelector }, i) => {
    const at = path.child('topologySpreadConstraints').index(i);
    const warnings = warningsForNodeLabel(topologyKey, at.child('topologyKey'), `${topologyKey} is `);
    return labelSelector ? warnings : [...warnings, `${at.child('labelSelector')}: ${MATCHES_NOTHING}`];
  });
}

const DEPRECATED_ANNOTATIONS = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

function warningsForAnnotations({ annotations = {} }: ObjectMeta, place: Place): string[] {
  return Object.entries(DEPRECATED_ANNOTATIONS)
    .filter(([key]) => Object.hasOwn(annotations, key))
    .map(([key, message]) => `${place.at('metadata', 'annotations').key(key)}: ${message}`);
}

function warningsForLists({ hostAliases = [], imagePullSecrets = [] }: corev1.PodSpec, path: FieldPath): string[] {
  const ips = hostAliases.map(({ ip }) => ip ?? '');
  const names = imagePullSecrets.map(({ name }) => name ?? '');
  return [
    ...repetitions(ips).map((i) => `${path.child('hostAliases').index(i).child('ip')}: duplicate ip ${JSON.stringify(ips[i])}`),
    ...repetitions(names).map(
      (i) => `${path.child('imagePullSecrets').index(i).child('name')}: duplicate name ${JSON.stringify(names[i])}`,
    ),
    ...names.flatMap((name, i) =>
      name === '' ? [`${path.child('imagePullSecrets').index(i).child('name')}: invalid empty name ""`] : [],
    ),
  ];
}

function repetitions(values: readonly string[]): number[] {
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [i] : []));
}

function warningsForFractions(amounts: Readonly<Record<string, string>> | undefined, path: FieldPath): string[] {
  return ['memory', 'ephemeral-storage'].flatMap((name) => {
    const amount = amounts?.[name];
    if (amount === undefined || parseQuantity(amount).milliValue() % 1000n === 0n) return [];
    return [`${path.key(name)}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
  });
}

const USE_SECCOMP_FIELD = 'non-functional in v1.27+; use the "seccompProfile" field instead';

function warningsForSeccompPod(spec: corev1.PodSpec, { annotations = {} }: ObjectMeta, place: Place): string[] {
  if (spec.securityContext?.seccompProfile || !Object.hasOwn(annotations, SECCOMP_POD)) return [];
  return [`${place.at('metadata', 'annotations').key(SECCOMP_POD)}: ${USE_SECCOMP_FIELD}`];
}

function warningsForContainers(spec: corev1.PodSpec, metadata: ObjectMeta, place: Place): string[] {
  return [...visitContainers(spec, place.at('spec'))].flatMap(({ container, path }) => [
    ...warningsForProfileAnnotations(container, spec, { metadata, place }),
    ...warningsForFractions(container.resources?.limits, path.child('resources', 'limits')),
    ...warningsForFractions(container.resources?.requests, path.child('resources', 'requests')),
    ...warningsForEnv(container.env ?? [], path.child('env')),
  ]);
}

function warningsForProfileAnnotations(
  { name, securityContext }: corev1.Container | corev1.EphemeralContainer,
  spec: corev1.PodSpec,
  { metadata: { annotations = {} }, place }: { metadata: ObjectMeta; place: Place },
): string[] {
  const path = place.at('metadata', 'annotations');
  const warnings: string[] = [];
  const seccomp = SECCOMP_CONTAINER_PREFIX + name;
  if (!securityContext?.seccompProfile && Object.hasOwn(annotations, seccomp))
    warnings.push(`${path.key(seccomp)}: ${USE_SECCOMP_FIELD}`);
  const appArmor = APP_ARMOR_PREFIX + name;
  const hasField = spec.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile;
  if (place.isTemplate && !hasField && Object.hasOwn(annotations, appArmor)) {
    warnings.push(`${path.key(appArmor)}: deprecated since v1.30; use the "appArmorProfile" field instead`);
  }
  return warnings;
}

/** A later variable hides an earlier one of its name, unless it is built from it. */
function warningsForEnv(env: readonly corev1.EnvVar[], path: FieldPath): string[] {
  const names = env.map(({ name }) => name);
  return repetitions(names).flatMap((i) => {
    const { name = '', value = '', valueFrom } = env[i] ?? {};
    const reference = `$(${name})`;
    if (!valueFrom && value !== reference && value.includes(reference)) return [];
    return [`${path.index(i)}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`];
  });
}

function warningsForPodAffinity(affinity: corev1.Affinity | undefined, path: FieldPath): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const {
      requiredDuringSchedulingIgnoredDuringExecution: needed = [],
      preferredDuringSchedulingIgnoredDuringExecution: preferred = [],
    } = affinity?.[kind] ?? {};
    const neededPath = path.child(kind, 'requiredDuringSchedulingIgnoredDuringExecution');
    const preferredPath = path.child(kind, 'preferredDuringSchedulingIgnoredDuringExecution');
    return [
      ...needed.flatMap(({ labelSelector }, i) =>
        labelSelector ? [] : [`${neededPath.index(i).child('labelSelector')}: ${MATCHES_NOTHING}`],
      ),
      ...preferred.flatMap(({ podAffinityTerm }, i) =>
        podAffinityTerm?.labelSelector
          ? []
          : [`${preferredPath.index(i).child('podAffinityTerm', 'labelSelector')}: ${MATCHES_NOTHING}`],
      ),
    ];
  });
}

function warningsForIps({ dnsConfig, hostAliases = [] }: corev1.PodSpec, path: FieldPath): string[] {
  return [
    ...(dnsConfig?.nameservers ?? []).flatMap((ip, i) => warningsForIp(ip, path.child('dnsConfig', 'nameservers').index(i))),
    ...hostAliases.flatMap(({ ip }, i) => warningsForIp(ip ?? '', path.child('hostAliases').index(i).child('ip'))),
  ];
}
