import { addedCapabilities, procMount } from './baseline-checks';
import { type Check, type CheckedPod, containersThat, isInUserNamespace, isWindows, type Violation } from './check';
import { containersText, plural, quoted, settersText, sortedUnique } from './wording';

/** What the level `restricted` has besides `baseline`, in the order of the names. */
export const restrictedChecks: readonly Check[] = [
  { id: 'allowPrivilegeEscalation', since: 8, find: privilegeEscalation },
  { id: 'capabilities_restricted', since: 22, replaces: ['capabilities_baseline'], find: capabilities },
  { id: 'procMount_restricted', since: 35, replaces: ['procMount_baseline'], find: procMount },
  { id: 'restrictedVolumes', since: 0, replaces: ['hostPathVolumes'], find: volumes },
  { id: 'runAsNonRoot', since: 0, find: runAsNonRoot },
  { id: 'runAsUser', since: 23, find: runAsUser },
  { id: 'seccompProfile_restricted', since: 19, replaces: ['seccompProfile_baseline'], find: seccomp },
];

function privilegeEscalation(pod: CheckedPod, version: number): Violation | undefined {
  if (isWindows(pod, version)) return undefined;
  const containers = containersThat(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (containers.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersText(containers)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities(pod: CheckedPod, version: number): Violation | undefined {
  if (isWindows(pod, version)) return undefined;
  const keeping = containersThat(pod, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const added = addedCapabilities(pod, '', (name) => name === 'NET_BIND_SERVICE');
  const details = [
    ...(keeping.length ? [`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(added ? [added.detail] : []),
  ];
  return details.length ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
}

const VOLUME_TYPES: ReadonlySet<string> = new Set([
  'configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret',
]);

function volumes({ spec }: CheckedPod): Violation | undefined {
  const typesOf = (volume: object): string[] => Object.keys(volume).filter((field) => field !== 'name' && !VOLUME_TYPES.has(field));
  const bad = (spec.volumes ?? []).filter((volume) => typesOf(volume).length > 0);
  if (bad.length === 0) return undefined;
  const types = sortedUnique(bad.flatMap(typesOf));
  const names = bad.map(({ name }) => name);
  const verb = names.length === 1 ? 'uses' : 'use';
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', names.length)} ${quoted(names)} ${verb} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  };
}

function runAsNonRoot(pod: CheckedPod, version: number): Violation | undefined {
  if (isInUserNamespace(pod, version)) return undefined;
  const ofPod = pod.spec.securityContext?.runAsNonRoot;
  const reason = 'runAsNonRoot != true';
  const setters = settersText(ofPod === false, containersThat(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false));
  if (setters) return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
  if (ofPod) return undefined;
  const silent = containersThat(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  return silent.length ? { reason, detail: `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true` } : undefined;
}

function runAsUser(pod: CheckedPod, version: number): Violation | undefined {
  if (isInUserNamespace(pod, version)) return undefined;
  const isRoot = (context: { runAsUser?: number } | undefined): boolean => context?.runAsUser === 0;
  const setters = settersText(isRoot(pod.spec.securityContext), containersThat(pod, ({ securityContext }) => isRoot(securityContext)));
  return setters ? { reason: 'runAsUser=0', detail: `${setters} must not set runAsUser=0` } : undefined;
}

const PROFILES: ReadonlySet<string> = new Set(['RuntimeDefault', 'Localhost']);

function seccomp(pod: CheckedPod, version: number): Violation | undefined {
  if (isWindows(pod, version)) return undefined;
  const ofPod = pod.spec.securityContext?.seccompProfile?.type;
  const isBad = (type: string | undefined): boolean => type !== undefined && !PROFILES.has(type);
  const reason = 'seccompProfile';
  const setters = settersText(isBad(ofPod), containersThat(pod, ({ securityContext }) => isBad(securityContext?.seccompProfile?.type)));
  if (setters) return { reason, detail: `${setters} must not set securityContext.seccompProfile.type to "Unconfined"` };
  if (ofPod) return undefined;
  const silent = containersThat(pod, ({ securityContext }) => securityContext?.seccompProfile?.type === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` };
}
