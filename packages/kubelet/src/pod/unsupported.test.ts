import { podOf } from '../testing/objects';
import { unsupportedFeatures } from './unsupported';

it('names what a pod does not get', () => {
  expect(unsupportedFeatures(podOf(['a']))).toEqual([]);
  const pod = podOf(['a'], { hostUsers: false, resourceClaims: [{ name: 'gpu' }] });
  expect(unsupportedFeatures(pod)).toEqual(['user namespaces (hostUsers: false)', 'resource claims']);
});
