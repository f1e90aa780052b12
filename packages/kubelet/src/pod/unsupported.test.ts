import type { PodSpec } from '../objects';
import { containerNamed, podOf } from '../testing/objects';
import { checkSupported } from './unsupported';

it.each<[Partial<PodSpec>, string, string | undefined]>([
  [{}, '', undefined],
  [{ hostUsers: true }, '', undefined],
  [{ hostUsers: false }, '', "can't set `spec.hostUsers: false`, runtime does not support user namespaces"],
  [{ hostUsers: false }, 'runc', 'can\'t set `spec.hostUsers: false`, RuntimeClass handler "runc" does not support user namespaces'],
  [{ resourceClaims: [{ name: 'gpu' }] }, '', 'resource claims are not supported yet'],
  [{ initContainers: [{ ...containerNamed('i'), volumeDevices: [{ name: 'disk', devicePath: '/dev/x' }] }] }, '', 'block devices are not supported yet'],
])('a pod with %j on %j: %s', (spec, handler, message) => {
  const check = (): void => checkSupported(podOf(['a'], spec), handler);
  if (message) expect(check).toThrow(message);
  else expect(check).not.toThrow();
});
