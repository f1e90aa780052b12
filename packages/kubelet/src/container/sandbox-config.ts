import { cri } from '@typekube/cri-api';
import { nameOf, namespaceOf, type Pod, specOf, uidOf } from '../objects';
import { ANNOTATIONS, podLabels } from '../runtime/labels';
import { kernelHostnameOf } from './env';
import { namespaceOptions, seccompOf } from './security';

export interface SandboxConfigInput {
  readonly pod: Pod;
  readonly attempt: number;
  readonly dns: cri.IDNSConfig;
  readonly logDirectory: string;
  readonly cgroupParent: string;
  readonly seccompRoot: string;
  readonly node: string;
  /** The cluster's domain. */
  readonly domain: string;
}

/** All that the runtime has to know to make a pod's sandbox. */
export function sandboxConfig({
  pod,
  attempt,
  dns,
  logDirectory,
  cgroupParent,
  seccompRoot,
  node,
  domain,
}: SandboxConfigInput): cri.IPodSandboxConfig {
  const { hostNetwork, securityContext, containers, initContainers = [] } = specOf(pod);
  const all = [...initContainers, ...containers];
  const seccomp = seccompOf(securityContext?.seccompProfile, seccompRoot);
  return {
    metadata: { name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod), attempt },
    hostname: hostNetwork ? '' : kernelHostnameOf(pod, domain),
    logDirectory,
    dnsConfig: dns,
    portMappings: hostNetwork ? [] : all.flatMap(({ ports = [] }) => ports.filter(({ hostPort }) => hostPort).map(toPortMapping)),
    labels: podLabels(pod),
    annotations: { ...pod.metadata.annotations, [ANNOTATIONS.node]: node },
    linux: {
      cgroupParent,
      sysctls: Object.fromEntries((securityContext?.sysctls ?? []).map(({ name, value }) => [name, value])),
      securityContext: {
        namespaceOptions: namespaceOptions(pod),
        privileged: all.some((container) => container.securityContext?.privileged),
        supplementalGroups: [
          ...(securityContext?.supplementalGroups ?? []),
          ...(securityContext?.fsGroup === undefined ? [] : [securityContext.fsGroup]),
        ],
        seccomp,
        ...(securityContext?.runAsUser !== undefined && { runAsUser: { value: securityContext.runAsUser } }),
        ...(securityContext?.runAsGroup !== undefined && { runAsGroup: { value: securityContext.runAsGroup } }),
      },
    },
  };
}

type Port = NonNullable<ReturnType<typeof specOf>['containers'][number]['ports']>[number];

function toPortMapping({ protocol = 'TCP', containerPort, hostPort = 0, hostIP = '' }: Port): cri.IPortMapping {
  const protocols: Readonly<Record<string, cri.Protocol>> = {
    TCP: cri.Protocol.TCP,
    UDP: cri.Protocol.UDP,
    SCTP: cri.Protocol.SCTP,
  };
  return { protocol: protocols[protocol] ?? cri.Protocol.TCP, containerPort, hostPort, hostIp: hostIP };
}
