import {
  duplicate,
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  isValidGroupId,
  isValidUserId,
  nameIsDNSSubdomain,
  notSupported,
} from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { invalidEach, isMissing, validateImmutable, validateQualifiedNameField } from '../../../shared/fields/field-rules';
import { isIpv6 } from '../../../shared/ip/address';
import { validateLegacyIp } from '../../../shared/ip/validate';
import { isRestartableInitContainer } from '../../../shared/pod-template/pod-requests';
import { NO_SPEC } from './validate';
import { validateAnnotationUpdates } from './validate-update';

const STATUS = FieldPath.of('status');
const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

/** What the kubelet and others may say of a pod (ValidatePodStatusUpdate). */
export function validateStatusUpdate(pod: corev1.Pod, old: corev1.Pod): FieldError[] {
  const { spec = NO_SPEC, status = {} } = pod;
  const { status: oldStatus = {} } = old;
  const errors = [...validateAnnotationUpdates(pod, old), ...validateConditions(status.conditions ?? [])];
  const { nominatedNodeName: node } = status;
  if (!isMissing(node) && node !== oldStatus.nominatedNodeName) {
    errors.push(...invalidEach(STATUS.child('nominatedNodeName'), node, nameIsDNSSubdomain(node, false)));
  }
  return [
    ...errors,
    ...validateImmutable(status.qosClass, oldStatus.qosClass, STATUS.child('qosClass')),
    ...validateTransitions(status, oldStatus, old.spec ?? NO_SPEC),
    ...validateClaimStatuses(status.resourceClaimStatuses ?? [], spec.resourceClaims ?? []),
    ...validateAddresses(
      (status.podIPs ?? []).map(({ ip }) => ip ?? ''),
      STATUS.child('podIPs'),
    ),
    ...validateHostAddresses(status),
    ...CONTAINER_STATUSES.flatMap(([field, list]) =>
      validateContainerStatuses(status[field] ?? [], STATUS.child(field), { spec, list }),
    ),
  ];
}

const CONTAINER_STATUSES = [
  ['containerStatuses', 'containers'],
  ['initContainerStatuses', 'initContainers'],
  ['ephemeralContainerStatuses', 'ephemeralContainers'],
] as const;

function validateConditions(conditions: readonly corev1.PodCondition[]): FieldError[] {
  return conditions.flatMap(({ type }, i) =>
    SYSTEM_CONDITIONS.includes(type)
      ? []
      : validateQualifiedNameField(type ?? '', FieldPath.of('metadata', 'conditions').index(i).child('Type')),
  );
}

/** A container that ended for good does not come back to life. */
function validateTransitions(status: corev1.PodStatus, old: corev1.PodStatus, spec: corev1.PodSpec): FieldError[] {
  const sidecars = new Set((spec.initContainers ?? []).filter(isRestartableInitContainer).map(({ name }) => name));
  const isRestartedAsAWhole = hasRestartOfAll(spec);
  return CONTAINER_STATUSES.flatMap(([field]) => {
    if (isRestartedAsAWhole && field !== 'ephemeralContainerStatuses') return [];
    const policy = field === 'ephemeralContainerStatuses' ? 'Never' : spec.restartPolicy;
    if (policy === 'Always') return [];
    return (old[field] ?? []).flatMap(({ name, state }, i) => {
      const mayRestart = !state?.terminated || (state.terminated.exitCode !== 0 && policy === 'OnFailure');
      if (mayRestart || (field === 'initContainerStatuses' && sidecars.has(name)) || restartsByRule(spec, name, state.terminated))
        return [];
      const revived = (status[field] ?? []).filter((now) => now.name === name && !now.state?.terminated);
      return revived.map(() =>
        forbidden(STATUS.child(field).index(i).child('state'), 'may not be transitioned to non-terminated state'),
      );
    });
  });
}

/** A rule of one container may bring all of them back, however they have ended. */
function hasRestartOfAll({ containers = [], initContainers = [] }: corev1.PodSpec): boolean {
  return [...containers, ...initContainers].some(({ restartPolicyRules = [] }) => restartPolicyRules.some(({ action }) => action === 'RestartAllContainers'));
}

/** The container's own policy and rules may bring it back where the pod's would not. */
function restartsByRule(spec: corev1.PodSpec, name: string, terminated: corev1.ContainerStateTerminated | undefined): boolean {
  const container = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].find((candidate) => candidate.name === name);
  const code = terminated?.exitCode ?? 0;
  for (const { exitCodes } of container?.restartPolicyRules ?? []) {
    if (exitCodes && (exitCodes.values ?? []).includes(code) === (exitCodes.operator === 'In')) return true;
  }
  return container?.restartPolicy === 'Always' || (container?.restartPolicy === 'OnFailure' && code !== 0);
}

function validateClaimStatuses(
  statuses: readonly corev1.PodResourceClaimStatus[],
  claims: readonly corev1.PodResourceClaim[],
): FieldError[] {
  const seen = new Set<string>();
  return statuses.flatMap(({ name, resourceClaimName }, i) => {
    const path = STATUS.child('resourceClaimStatuses').index(i).child('name');
    const errors: FieldError[] = [];
    if (!claims.some((claim) => claim.name === name)) {
      errors.push(invalid(path, name, 'must match the name of an entry in `spec.resourceClaims`'));
    }
    if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
    if (resourceClaimName === undefined) return errors;
    return [...errors, ...invalidEach(path, resourceClaimName, nameIsDNSSubdomain(resourceClaimName, false))];
  });
}

const ONE_PER_FAMILY = 'may specify no more than one IP for each IP family';

function validateAddresses(ips: readonly string[], path: FieldPath): FieldError[] {
  const errors = ips.flatMap((ip, i) => validateLegacyIp(ip, path.index(i)));
  if (ips.length < 2) return errors;
  const bad = ips.map((ip) => ({ ip }));
  const dualStack = ips.some(isIpv6) && !ips.every(isIpv6);
  if (!dualStack || ips.length > 2) errors.push(invalid(path, bad, ONE_PER_FAMILY));
  for (const [i, ip] of ips.entries()) if (ips.indexOf(ip) < i) errors.push(duplicate(path.index(i), { ip }));
  return errors;
}

function validateHostAddresses({ hostIP = '', hostIPs = [] }: corev1.PodStatus): FieldError[] {
  const first = hostIPs[0];
  if (!first) return [];
  const path = STATUS.child('hostIPs');
  const errors = first.ip === hostIP ? [] : [invalid(path.index(0).child('ip'), first.ip, 'must be equal to `hostIP`')];
  return [
    ...errors,
    ...validateAddresses(
      hostIPs.map(({ ip }) => ip),
      path,
    ),
  ];
}

interface StatusOwner {
  readonly spec: corev1.PodSpec;
  readonly list: 'containers' | 'initContainers' | 'ephemeralContainers';
}

function validateContainerStatuses(
  statuses: readonly corev1.ContainerStatus[],
  path: FieldPath,
  { spec, list }: StatusOwner,
): FieldError[] {
  return statuses.flatMap((status, i) => {
    const at = path.index(i);
    const errors = validateUser(status.user?.linux, at.child('linux'), spec.os?.name);
    const resources = status.allocatedResourcesStatus ?? [];
    const resourcesPath = at.child('allocatedResourcesStatus');
    if (list === 'ephemeralContainers') {
      return resources.length > 0 ? [...errors, forbidden(resourcesPath, 'must not be specified in container status')] : errors;
    }
    const container = (spec[list] ?? []).find(({ name }) => name === status.name);
    return [
      ...errors,
      ...resources.flatMap((resource, j) => validateResourceStatus(resource, resourcesPath.index(j), container)),
    ];
  });
}

function validateUser(user: corev1.LinuxContainerUser | undefined, path: FieldPath, os: string | undefined): FieldError[] {
  if (!user) return [];
  if (os === 'windows') return [forbidden(path, 'cannot be set for a windows pod')];
  return [
    ...invalidEach(path.child('uid'), user.uid, isValidUserId(user.uid)),
    ...invalidEach(path.child('gid'), user.gid, isValidGroupId(user.gid)),
    ...(user.supplementalGroups ?? []).flatMap((gid, i) =>
      invalidEach(path.child('supplementalGroups').index(i), gid, isValidGroupId(gid)),
    ),
  ];
}

const HEALTH = ['Healthy', 'Unhealthy', 'Unknown'];
const CLAIM =
  "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";

function validateResourceStatus(
  status: corev1.ResourceStatus,
  path: FieldPath,
  container: corev1.Container | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  if (container) {
    const isClaim = status.name.startsWith('claim:');
    const claims = (container.resources?.claims ?? []).map(({ name, request }) => `claim:${name}${request ? `/${request}` : ''}`);
    const known = isClaim ? claims : Object.keys(container.resources?.requests ?? {});
    const detail = isClaim ? CLAIM : "must match one of the container's resource requests";
    if (!known.includes(status.name)) errors.push(invalid(path.child('name'), status.name, detail));
  }
  const seen = new Set<string>();
  for (const [i, { health = '', resourceID }] of (status.resources ?? []).entries()) {
    const at = path.child('resources').index(i);
    if (!HEALTH.includes(health)) errors.push(notSupported(at.child('health'), health, HEALTH));
    if (seen.has(resourceID)) errors.push(duplicate(at.child('resourceID'), resourceID));
    seen.add(resourceID);
  }
  return errors;
}
