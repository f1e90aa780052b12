import { type Pod, specOf } from '../objects';

/** What a pod asks for and does not get yet: each is told in an event, as the pod runs without it. */
export function unsupportedFeatures(pod: Pod): string[] {
  const { containers, initContainers = [], hostUsers, resourceClaims = [] } = specOf(pod);
  const all = [...containers, ...initContainers];
  return [
    ...(hostUsers === false ? ['user namespaces (hostUsers: false)'] : []),
    ...(resourceClaims.length ? ['resource claims'] : []),
    ...(all.some(({ volumeDevices = [] }) => volumeDevices.length) ? ['block devices'] : []),
  ];
}
