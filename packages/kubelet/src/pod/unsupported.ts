import { type Pod, specOf } from '../objects';

/**
 * Throws where a pod asks for what it would not get: it must not run with less isolation, or without a device, than it was written for. The text for
 * user namespaces is upstream's, of runtimes without them.
 */
export function checkSupported(pod: Pod, runtimeHandler: string): void {
  const { containers, initContainers = [], hostUsers, resourceClaims = [] } = specOf(pod);
  if (hostUsers === false) {
    const who = runtimeHandler ? `RuntimeClass handler "${runtimeHandler}"` : 'runtime';
    throw new Error(`can't set \`spec.hostUsers: false\`, ${who} does not support user namespaces`);
  }
  if (resourceClaims.length) throw new Error('resource claims are not supported yet');
  if ([...containers, ...initContainers].some(({ volumeDevices = [] }) => volumeDevices.length)) throw new Error('block devices are not supported yet');
}
