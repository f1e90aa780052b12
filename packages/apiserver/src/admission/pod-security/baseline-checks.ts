import type { corev1 } from '@typekube/api';
import { containersOf } from '../pods';
import { type Check, type CheckedPod, containersThat, isInUserNamespace, type Violation } from './check';
import { containersText, plural, quoted, settersText, sortedUnique } from './wording';

/** The rules of the level `baseline`, in the order of their names. */
export const baselineChecks: readonly Check[] = [
  { id: 'appArmorProfile', since: 0, find: appArmor },
  { id: 'capabilities_baseline', since: 0, find: capabilities },
  { id: 'hostNamespaces', since: 0, find: hostNamespaces },
  { id: 'hostPathVolumes', since: 0, find: hostPaths },
  { id: 'hostPorts', since: 0, find: hostPorts },
  { id: 'hostProbesAndHostLifecycle', since: 34, find: probeHosts },
  { id: 'privileged', since: 0, find: privileged },
  { id: 'procMount_baseline', since: 0, find: (pod, version) => (isInUserNamespace(pod, version) ? undefined : procMount(pod)) },
  { id: 'seLinuxOptions', since: 0, find: seLinux },
  { id: 'seccompProfile_baseline', since: 0, find: (pod, version) => (version < 19 ? seccompAnnotations(pod) : seccomp(pod)) },
  { id: 'sysctls', since: 0, find: sysctls },
  { id: 'windowsHostProcess', since: 0, find: hostProcess },
];

const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

function appArmor(pod: CheckedPod): Violation | undefined {
  const isBad = (context: { appArmorProfile?: { type: string } } | undefined): boolean => context?.appArmorProfile?.type === 'Unconfined';
  const setters = settersText(isBad(pod.spec.securityContext), containersThat(pod, ({ securityContext }) => isBad(securityContext)));
  const annotations = Object.entries(pod.metadata.annotations ?? {}).filter(
    ([key, value]) => key.startsWith(APP_ARMOR_PREFIX) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'),
  );
  const details = [
    ...(setters ? [`${setters} must not set AppArmor profile type to "Unconfined"`] : []),
    ...annotations.map(([key, value]) => `${key}=${JSON.stringify(value)}`).sort(),
  ];
  if (details.length === 0) return undefined;
  return { reason: plural('forbidden AppArmor profile', details.length), detail: details.join(', ') };
}

const DEFAULT_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT',
]);

function capabilities(pod: CheckedPod): Violation | undefined {
  return addedCapabilities(pod, 'non-default capabilities', (name) => DEFAULT_CAPABILITIES.has(name));
}

/** Those that containers add though they are not allowed to. */
export function addedCapabilities(pod: CheckedPod, reason: string, isAllowed: (name: string) => boolean): Violation | undefined {
  const added = ({ securityContext }: { securityContext?: corev1.SecurityContext }): string[] =>
    (securityContext?.capabilities?.add ?? []).filter((name) => !isAllowed(name));
  const names = sortedUnique(containersOf(pod.spec).flatMap(added));
  if (names.length === 0) return undefined;
  const containers = containersThat(pod, (container) => added(container).length > 0);
  return { reason, detail: `${containersText(containers)} must not include ${quoted(names)} in securityContext.capabilities.add` };
}

function hostNamespaces({ spec }: CheckedPod): Violation | undefined {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  return used.length ? { reason: 'host namespaces', detail: used.map((field) => `${field}=true`).join(', ') } : undefined;
}

function hostPaths({ spec }: CheckedPod): Violation | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  return names.length ? { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quoted(names)}` } : undefined;
}

function hostPorts(pod: CheckedPod): Violation | undefined {
  const portsOf = ({ ports = [] }: { ports?: corev1.ContainerPort[] }): string[] =>
    ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
  const ports = sortedUnique(containersOf(pod.spec).flatMap(portsOf));
  if (ports.length === 0) return undefined;
  const containers = containersThat(pod, (container) => portsOf(container).length > 0);
  const verb = containers.length === 1 ? 'uses' : 'use';
  return { reason: 'hostPort', detail: `${containersText(containers)} ${verb} ${plural('hostPort', ports.length)} ${ports.join(', ')}` };
}

function probeHosts(pod: CheckedPod): Violation | undefined {
  const hostsOf = (container: corev1.Container | corev1.EphemeralContainer): string[] => {
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
    return handlers.flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host): host is string => Boolean(host)));
  };
  const hosts = sortedUnique(containersOf(pod.spec).flatMap(hostsOf));
  if (hosts.length === 0) return undefined;
  const containers = sortedUnique(containersThat(pod, (container) => hostsOf(container).length > 0));
  const verb = containers.length === 1 ? 'uses' : 'use';
  return {
    reason: 'probe or lifecycle host',
    detail: `${containersText(containers)} ${verb} probe or lifecycle ${plural('host', hosts.length)} ${quoted(hosts)}`,
  };
}

function privileged(pod: CheckedPod): Violation | undefined {
  const containers = containersThat(pod, ({ securityContext }) => Boolean(securityContext?.privileged));
  if (containers.length === 0) return undefined;
  return { reason: 'privileged', detail: `${containersText(containers)} must not set securityContext.privileged=true` };
}

export function procMount(pod: CheckedPod): Violation | undefined {
  const isBad = (type: string | undefined): boolean => type !== undefined && type !== 'Default';
  const containers = containersThat(pod, ({ securityContext }) => isBad(securityContext?.procMount));
  if (containers.length === 0) return undefined;
  const types = sortedUnique(containersOf(pod.spec).map(({ securityContext }) => securityContext?.procMount ?? 'Default').filter(isBad));
  return { reason: 'procMount', detail: `${containersText(containers)} must not set securityContext.procMount to ${quoted(types)}` };
}

const SELINUX_TYPES: Readonly<Record<string, number>> = { '': 0, container_t: 0, container_init_t: 0, container_kvm_t: 0, container_engine_t: 31 };

function seLinux(pod: CheckedPod, version: number): Violation | undefined {
  const isGoodType = (type: string): boolean => Object.hasOwn(SELINUX_TYPES, type) && SELINUX_TYPES[type]! <= version;
  const isBad = (options: corev1.SELinuxOptions | undefined): boolean =>
    Boolean(options && (!isGoodType(options.type ?? '') || options.user || options.role));
  const contexts = [pod.spec.securityContext, ...containersOf(pod.spec).map(({ securityContext }) => securityContext)];
  const bad = contexts.map((context) => context?.seLinuxOptions).filter(isBad);
  if (bad.length === 0) return undefined;
  const types = sortedUnique(bad.map((options) => options?.type ?? '').filter((type) => !isGoodType(type)));
  const faults = [
    ...(types.length ? [`${plural('type', types.length)} ${quoted(types)}`] : []),
    ...(bad.some((options) => options?.user) ? ['user may not be set'] : []),
    ...(bad.some((options) => options?.role) ? ['role may not be set'] : []),
  ];
  const setters = settersText(
    isBad(pod.spec.securityContext?.seLinuxOptions),
    containersThat(pod, ({ securityContext }) => isBad(securityContext?.seLinuxOptions)),
  );
  return { reason: 'seLinuxOptions', detail: `${setters} set forbidden securityContext.seLinuxOptions: ${faults.join('; ')}` };
}

const SECCOMP_PREFIXES = ['seccomp.security.alpha.kubernetes.io/pod', 'container.seccomp.security.alpha.kubernetes.io/'];

/** Before version 1.19 there were annotations only. */
function seccompAnnotations({ metadata }: CheckedPod): Violation | undefined {
  const bad = Object.entries(metadata.annotations ?? {}).filter(([key, value]) => {
    const [pod, container] = SECCOMP_PREFIXES as [string, string];
    return (key === pod || key.startsWith(container)) && !['', 'runtime/default', 'docker/default'].includes(value) && !value.startsWith('localhost/');
  });
  if (bad.length === 0) return undefined;
  const texts = bad.map(([key, value]) => `${key}=${JSON.stringify(value)}`).sort();
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', texts.length)} ${texts.join(', ')}` };
}

function seccomp(pod: CheckedPod): Violation | undefined {
  const isBad = (context: { seccompProfile?: corev1.SeccompProfile } | undefined): boolean => context?.seccompProfile?.type === 'Unconfined';
  const setters = settersText(isBad(pod.spec.securityContext), containersThat(pod, ({ securityContext }) => isBad(securityContext)));
  return setters ? { reason: 'seccompProfile', detail: `${setters} must not set securityContext.seccompProfile.type to "Unconfined"` } : undefined;
}

/** Sysctls that concern the pod alone, by the version that knows them. */
const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

function sysctls({ spec }: CheckedPod, version: number): Violation | undefined {
  const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name);
  const bad = names.filter((name) => !Object.hasOwn(SYSCTLS, name) || SYSCTLS[name]! > version);
  return bad.length ? { reason: plural('forbidden sysctl', bad.length), detail: bad.join(', ') } : undefined;
}

function hostProcess(pod: CheckedPod): Violation | undefined {
  const isBad = (context: { windowsOptions?: corev1.WindowsSecurityContextOptions } | undefined): boolean =>
    Boolean(context?.windowsOptions?.hostProcess);
  const setters = settersText(isBad(pod.spec.securityContext), containersThat(pod, ({ securityContext }) => isBad(securityContext)));
  return setters ? { reason: 'hostProcess', detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true` } : undefined;
}
