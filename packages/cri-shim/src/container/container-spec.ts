import { readFile } from 'node:fs/promises';
import { cri } from '@typekube/cri-api';
import type { Rootfs } from '../backend';
import { invalid, RpcError } from '../errors';
import { status } from '@grpc/grpc-js';
import type { Host } from '../host';
import type { ImageConfig } from '../images/oci';
import { containerCapabilities } from './capabilities';
import { containerDevices } from './devices';
import { baseMounts, rootfsPropagation, sandboxMounts, volumeMounts } from './mounts';
import { commandLine, environment } from './process-spec';
import { permittedOomScore, specResources } from './resources';
import type { RuntimeSpec, SpecNamespace, SpecProcess } from './runtime-spec';
import { containerUser } from './user';
import { defaultSeccompProfile } from './seccomp';

/** What a container's spec is made of. */
export interface SpecInput {
  readonly id: string;
  readonly config: cri.ContainerConfig;
  readonly image: ImageConfig;
  readonly rootfs: Rootfs;
  readonly host: Host;
  readonly cgroupPath: string;
  readonly sandbox: {
    readonly hostname: string;
    /** Paths of the sandbox's namespaces; undefined for the node's own. */
    readonly namespaces: { readonly network?: string; readonly ipc?: string; readonly uts?: string; readonly pid?: string };
    /** The host paths of /etc/hosts, /etc/hostname, /etc/resolv.conf and /dev/shm. */
    readonly files: Readonly<Record<string, string>>;
  };
  /** The process whose PID namespace to join, with the mode TARGET. */
  readonly targetPid?: number;
}

/** The OCI runtime spec of a container: what the kubelet asked for in CRI's terms, in runc's. */
export async function containerSpec(input: SpecInput): Promise<RuntimeSpec> {
  const { config, host, sandbox } = input;
  const context: cri.ILinuxContainerSecurityContext = config.linux?.securityContext ?? {};
  const privileged = context.privileged === true;
  const { devices, rules } = await containerDevices(config.devices, privileged);
  const propagation = rootfsPropagation(config.mounts);
  const seccomp = privileged ? undefined : await seccompProfile(context.seccomp, context.capabilities, host);
  return {
    ociVersion: '1.0.2',
    root: { path: 'rootfs', ...(context.readonlyRootfs && { readonly: true }) },
    process: await processSpec(input, privileged),
    mounts: [
      ...baseMounts(privileged).filter(({ destination }) => !config.mounts.some(({ containerPath }) => containerPath === destination)),
      ...sandboxMounts(sandbox.files, config.mounts, context.readonlyRootfs === true),
      ...(await volumeMounts(config.mounts)),
    ],
    linux: {
      namespaces: specNamespaces(input, privileged),
      cgroupsPath: input.cgroupPath,
      resources: { ...specResources(config.linux?.resources ?? {}, host), devices: rules },
      ...(devices.length && { devices }),
      ...(!privileged && { maskedPaths: context.maskedPaths ?? [], readonlyPaths: context.readonlyPaths ?? [] }),
      ...(propagation && { rootfsPropagation: propagation }),
      ...(seccomp && { seccomp }),
    },
  };
}

async function processSpec(input: SpecInput, privileged: boolean): Promise<SpecProcess> {
  const { config, image, rootfs, host, sandbox } = input;
  const context: cri.ILinuxContainerSecurityContext = config.linux?.securityContext ?? {};
  const imageProcess = image.config ?? {};
  checkAppArmor(context.apparmor, host);
  return {
    terminal: config.tty,
    user: await containerUser(context, imageProcess.User ?? '', rootfs),
    args: commandLine(config, imageProcess),
    env: environment(config, imageProcess, sandbox.hostname),
    cwd: config.workingDir || imageProcess.WorkingDir || '/',
    capabilities: containerCapabilities(context.capabilities, { privileged, available: host.capabilities }),
    noNewPrivileges: context.noNewPrivs === true,
    oomScoreAdj: permittedOomScore(config.linux?.resources?.oomScoreAdj ?? 0, host),
  };
}

function specNamespaces({ config, host, sandbox, targetPid }: SpecInput, privileged: boolean): SpecNamespace[] {
  const { namespaces } = sandbox;
  const pid = config.linux?.securityContext?.namespaceOptions?.pid ?? cri.NamespaceMode.POD;
  const made: SpecNamespace[] = [{ type: 'mount' }];
  if (namespaces.network) made.push({ type: 'network', path: namespaces.network });
  if (namespaces.ipc) made.push({ type: 'ipc', path: namespaces.ipc });
  if (namespaces.uts) made.push({ type: 'uts', path: namespaces.uts });
  if (pid === cri.NamespaceMode.CONTAINER) made.push({ type: 'pid' });
  else if (pid === cri.NamespaceMode.POD) made.push({ type: 'pid', ...(namespaces.pid && { path: namespaces.pid }) });
  else if (pid === cri.NamespaceMode.TARGET) {
    if (targetPid === undefined) throw invalid('the container whose PID namespace is wanted does not run');
    made.push({ type: 'pid', path: `/proc/${targetPid}/ns/pid` });
  }
  if (host.cgroupVersion === 2 && !privileged) made.push({ type: 'cgroup' });
  return made;
}

async function seccompProfile(
  profile: cri.ISecurityProfile | null | undefined,
  capabilities: cri.ICapability | null | undefined,
  host: Host,
): Promise<object | undefined> {
  const { ProfileType } = cri.SecurityProfile;
  if (!profile || profile.profileType === ProfileType.Unconfined) return undefined;
  if (!host.hasSeccomp) throw new RpcError(status.FAILED_PRECONDITION, 'seccomp is not supported by the kernel');
  if (profile.profileType !== ProfileType.Localhost) return defaultSeccompProfile(capabilities?.addCapabilities ?? []);
  const path = (profile.localhostRef ?? '').replace(/^localhost\//, '');
  if (!path.startsWith('/')) throw invalid(`invalid seccomp profile "${path}"`);
  return parseProfile(path, await readFile(path, 'utf8'));
}

function parseProfile(path: string, text: string): object {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) throw invalid(`failed to parse seccomp profile "${path}"`);
  return parsed;
}

function checkAppArmor(profile: cri.ISecurityProfile | null | undefined, { hasAppArmor }: Host): void {
  if (profile?.profileType === cri.SecurityProfile.ProfileType.Localhost && !hasAppArmor) throw invalid('apparmor is not supported');
}
