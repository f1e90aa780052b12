import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isValidGroupId,
  isValidUserId,
  notSupported,
  required,
  tooLong,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing, validateEnum } from '../fields/field-rules';
import { ratcheted } from '../fields/ratchet';
import { validateLocalDescendingPath } from '../volume/validate-paths';
import { validateWindowsOptions } from './validate-windows';

/** The security settings of one container. `hostUsers`: the pod is in the node's user namespace. */
export function validateSecurityContext(context: corev1.SecurityContext, path: FieldPath, hostUsers: boolean): FieldError[] {
  const { procMount, seccompProfile, windowsOptions, appArmorProfile } = context;
  const errors = validateIds(context, path);
  if (procMount !== undefined) {
    errors.push(...validateEnum(procMount, path.child('procMount'), ['Default', 'Unmasked']));
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(path.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  if (seccompProfile) errors.push(...validateSeccompProfile(seccompProfile, path.child('seccompProfile')));
  errors.push(...validateEscalation(context, path));
  if (windowsOptions) errors.push(...validateWindowsOptions(windowsOptions, path.child('windowsOptions')));
  if (appArmorProfile) errors.push(...validateAppArmorProfile(appArmorProfile, path.child('appArmorProfile')));
  return errors;
}

function validateIds(
  { runAsUser, runAsGroup }: corev1.SecurityContext | corev1.PodSecurityContext,
  path: FieldPath,
): FieldError[] {
  return [
    ...(runAsUser === undefined ? [] : invalidEach(path.child('runAsUser'), runAsUser, isValidUserId(runAsUser))),
    ...(runAsGroup === undefined ? [] : invalidEach(path.child('runAsGroup'), runAsGroup, isValidGroupId(runAsGroup))),
  ];
}

function validateEscalation(context: corev1.SecurityContext, path: FieldPath): FieldError[] {
  if (context.allowPrivilegeEscalation !== false) return [];
  const start = 'cannot set `allowPrivilegeEscalation` to false and';
  const errors = context.privileged ? [invalid(path, context, `${start} \`privileged\` to true`)] : [];
  for (const capability of context.capabilities?.add ?? []) {
    if (capability === 'CAP_SYS_ADMIN') errors.push(invalid(path, context, `${start} \`capabilities.Add\` CAP_SYS_ADMIN`));
  }
  return errors;
}

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

export function validateSeccompProfile(profile: corev1.SeccompProfile, path: FieldPath): FieldError[] {
  const { type, localhostProfile } = profile;
  const errors: FieldError[] = [];
  if (isMissing(type)) errors.push(required(path.child('type'), 'type is required when seccompProfile is set'));
  else errors.push(...validateEnum(type, path.child('type'), PROFILE_TYPES));
  const at = path.child('localhostProfile');
  if (type !== 'Localhost') {
    return localhostProfile === undefined
      ? errors
      : [...errors, invalid(at, profile, 'can only be set when seccomp type is Localhost')];
  }
  if (localhostProfile === undefined) return [...errors, required(at, 'must be set when seccomp type is Localhost')];
  return [...errors, ...validateLocalDescendingPath(localhostProfile, at)];
}

const PATH_MAX = 4095;

export function validateAppArmorProfile({ type, localhostProfile }: corev1.AppArmorProfile, path: FieldPath): FieldError[] {
  if (isMissing(type)) return [required(path.child('type'), 'type is required when appArmorProfile is set')];
  if (!PROFILE_TYPES.includes(type)) return [notSupported(path.child('type'), type, PROFILE_TYPES)];
  const at = path.child('localhostProfile');
  if (type !== 'Localhost') {
    return localhostProfile === undefined
      ? []
      : [invalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost')];
  }
  const unset = required(at, 'must be set when AppArmor type is Localhost');
  if (localhostProfile === undefined) return [unset];
  const errors: FieldError[] = [];
  if (localhostProfile.trim() !== localhostProfile)
    errors.push(invalid(at, localhostProfile, 'must not be padded with whitespace'));
  else if (localhostProfile === '') errors.push(unset);
  if (Buffer.byteLength(localhostProfile) > PATH_MAX) errors.push(tooLong(at, PATH_MAX));
  return errors;
}

/** The security settings of a whole pod or template. */
export function validatePodSecurityContext(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const context = spec.securityContext;
  if (!context) return [];
  const { fsGroup, supplementalGroups = [], fsGroupChangePolicy, supplementalGroupsPolicy, seLinuxChangePolicy } = context;
  const errors = fsGroup === undefined ? [] : invalidEach(path.child('fsGroup'), fsGroup, isValidGroupId(fsGroup));
  errors.push(...validateIds(context, path));
  for (const [i, group] of supplementalGroups.entries()) {
    errors.push(...invalidEach(path.child('supplementalGroups').index(i), group, isValidGroupId(group)));
  }
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(invalid(path.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled'));
  }
  errors.push(...validateSysctls(context.sysctls ?? [], path.child('sysctls'), spec));
  const choices = [
    ['fsGroupChangePolicy', fsGroupChangePolicy, ['Always', 'OnRootMismatch']],
    ['supplementalGroupsPolicy', supplementalGroupsPolicy, ['Merge', 'Strict']],
    ['seLinuxChangePolicy', seLinuxChangePolicy, ['MountOption', 'Recursive']],
  ] as const;
  for (const [field, value, allowed] of choices)
    if (value !== undefined) errors.push(...validateEnum(value, path.child(field), allowed));
  return [...errors, ...validatePodProfiles(context, path)];
}

function validatePodProfiles(
  { seccompProfile, windowsOptions, appArmorProfile }: corev1.PodSecurityContext,
  path: FieldPath,
): FieldError[] {
  return [
    ...(seccompProfile ? validateSeccompProfile(seccompProfile, path.child('seccompProfile')) : []),
    ...(windowsOptions ? validateWindowsOptions(windowsOptions, path.child('windowsOptions')) : []),
    ...(appArmorProfile ? validateAppArmorProfile(appArmorProfile, path.child('appArmorProfile')) : []),
  ];
}

const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_PATTERN = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`;
const SYSCTL = new RegExp(SYSCTL_PATTERN);
const SYSCTL_MAX_LENGTH = 253;

function validateSysctls(sysctls: readonly corev1.Sysctl[], path: FieldPath, spec: corev1.PodSpec): FieldError[] {
  const seen = new Set<string>();
  return sysctls.flatMap(({ name }, i) => {
    const at = path.index(i).child('name');
    const errors: FieldError[] = [];
    if (isMissing(name)) errors.push(required(at));
    else if (name.length > SYSCTL_MAX_LENGTH || !SYSCTL.test(name)) {
      errors.push(invalid(at, name, `must have at most ${SYSCTL_MAX_LENGTH} characters and match regex ${SYSCTL_PATTERN}`));
    } else if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    return [...errors, ...ratcheted('sysctls of the node', validateNamespacedSysctl(name ?? '', at, spec))];
  });
}

const IPC_SYSCTLS = /^(kernel\.(sem|shm.*|msg.*)|fs\.mqueue\..*)$/;

/** A setting of a namespace that the pod shares with the node would change the node. */
function validateNamespacedSysctl(name: string, path: FieldPath, { hostNetwork, hostIPC }: corev1.PodSpec): FieldError[] {
  const dotted = normalizeSysctl(name);
  if (hostNetwork && dotted.startsWith('net.')) return [invalid(path, name, "may not be specified when 'hostNetwork' is true")];
  if (hostIPC && IPC_SYSCTLS.test(dotted)) return [invalid(path, name, "may not be specified when 'hostIPC' is true")];
  return [];
}

/** A name whose first separator is a slash has dots and slashes the other way round. */
function normalizeSysctl(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === '/' ? name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/')) : name;
}

/** A user namespace of its own cannot go with other namespaces of the node. */
export function validateHostUsers(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const shared = [
    ['hostNetwork', spec.hostNetwork],
    ['HostPID', spec.hostPID],
    ['HostIPC', spec.hostIPC],
  ] as const;
  const detail = 'when `pod.Spec.HostUsers` is false';
  return shared.flatMap(([field, set]) => (set ? [forbidden(path.child(field), detail)] : []));
}
