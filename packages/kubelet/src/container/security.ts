import { cri } from '@typekube/cri-api';
import { type Container, type Pod, specOf } from '../objects';
import { ContainerConfigError } from './env';

/** The namespaces a pod shares with the node, or among its containers. */
export function namespaceOptions(pod: Pod): cri.INamespaceOption {
  const { hostIPC, hostNetwork, hostPID, shareProcessNamespace } = specOf(pod);
  const { NODE, POD, CONTAINER } = cri.NamespaceMode;
  return {
    ipc: hostIPC ? NODE : POD,
    network: hostNetwork ? NODE : POD,
    pid: hostPID ? NODE : shareProcessNamespace ? POD : CONTAINER,
  };
}

type SeccompProfile = NonNullable<NonNullable<Container['securityContext']>['seccompProfile']>;

/** Unconfined where nothing is said, as without the seccompDefault setting. */
export function seccompOf(profile: SeccompProfile | undefined, seccompRoot: string): cri.ISecurityProfile {
  const { RuntimeDefault, Unconfined, Localhost } = cri.SecurityProfile.ProfileType;
  switch (profile?.type) {
    case 'RuntimeDefault':
      return { profileType: RuntimeDefault };
    case 'Localhost':
      return { profileType: Localhost, localhostRef: `${seccompRoot}/${profile.localhostProfile ?? ''}` };
    default:
      return { profileType: Unconfined };
  }
}

/** Paths hidden in containers that are not privileged (securitycontext.ConvertToRuntimeMaskedPaths). */
const MASKED_PATHS = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Who the image runs as. */
export interface ImageUser {
  readonly uid?: number;
  readonly username: string;
}

/** The security context of a container, its own settings over the pod's. Throws a ContainerConfigError (verifyRunAsNonRoot). */
export function containerSecurity(
  pod: Pod,
  container: Container,
  options: { image: ImageUser; seccompRoot: string; supplementalGroups: readonly number[]; targetId?: string | undefined },
): cri.ILinuxContainerSecurityContext {
  const ofPod = specOf(pod).securityContext ?? {};
  const own = container.securityContext ?? {};
  const runAsUser = own.runAsUser ?? ofPod.runAsUser ?? options.image.uid;
  const runAsGroup = own.runAsGroup ?? ofPod.runAsGroup;
  const isPrivileged = own.privileged ?? false;
  if (own.runAsNonRoot ?? ofPod.runAsNonRoot) verifyNonRoot(pod, container, { runAsUser, username: options.image.username });
  const usesUserName = runAsUser === undefined && options.image.username !== '';
  const isUnmasked = isPrivileged || own.procMount === 'Unmasked';
  return {
    privileged: isPrivileged,
    readonlyRootfs: own.readOnlyRootFilesystem ?? false,
    namespaceOptions: { ...namespaceOptions(pod), ...(options.targetId !== undefined && { pid: cri.NamespaceMode.TARGET, targetId: options.targetId }) },
    noNewPrivs: own.allowPrivilegeEscalation === false,
    supplementalGroups: [
      ...new Set([
        ...(ofPod.supplementalGroups ?? []),
        ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup]),
        ...options.supplementalGroups,
      ]),
    ],
    supplementalGroupsPolicy:
      ofPod.supplementalGroupsPolicy === 'Strict' ? cri.SupplementalGroupsPolicy.Strict : cri.SupplementalGroupsPolicy.Merge,
    capabilities: { addCapabilities: [...(own.capabilities?.add ?? [])], dropCapabilities: [...(own.capabilities?.drop ?? [])] },
    maskedPaths: isUnmasked ? [] : MASKED_PATHS,
    readonlyPaths: isUnmasked ? [] : READONLY_PATHS,
    seccomp: isPrivileged
      ? { profileType: cri.SecurityProfile.ProfileType.Unconfined }
      : seccompOf(own.seccompProfile ?? ofPod.seccompProfile, options.seccompRoot),
    ...(usesUserName ? { runAsUsername: options.image.username } : { runAsUser: { value: runAsUser ?? 0 } }),
    ...(runAsGroup !== undefined && { runAsGroup: { value: runAsGroup } }),
  };
}

function verifyNonRoot(
  pod: Pod,
  container: Container,
  { runAsUser, username }: { runAsUser: number | undefined; username: string },
): void {
  const about = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
  const isSet = (container.securityContext?.runAsUser ?? specOf(pod).securityContext?.runAsUser) !== undefined;
  if (isSet && runAsUser === 0) throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${about}`);
  if (runAsUser === 0 || (runAsUser === undefined && username === ''))
    throw new ContainerConfigError(`container has runAsNonRoot and image will run as root ${about}`);
  if (runAsUser === undefined)
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user (${username}), cannot verify user is non-root ${about}`,
    );
}
