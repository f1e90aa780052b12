import { podOf } from '../testing/objects';
import { unsupportedFeatures } from './unsupported';

it('names what a pod does not get', () => {
  expect(unsupportedFeatures(podOf(['a']))).toEqual([]);
  const pod = podOf(['a'], { hostUsers: false, resourceClaims: [{ name: 'gpu' }] });
  const rules = (action: string) => podOf([], { containers: [{ name: 'a', restartPolicyRules: [{ action }] }] });
  expect(unsupportedFeatures(rules('Restart'))).toEqual([]);
  expect(unsupportedFeatures(rules('RestartAllContainers'))).toEqual(['restart policy rules that restart all containers']);
  expect(unsupportedFeatures(pod)).toEqual(['user namespaces (hostUsers: false)', 'resource claims']);
});
