import { controllers, selectControllers } from './controllers';

const every = controllers.map(({ name }) => name);
const all = every.filter((name) => !['bootstrap-signer-controller', 'token-cleaner-controller'].includes(name));

it.each([
  [['*'], all],
  [['deployment-controller', 'replicaset'], ['deployment-controller', 'replicaset-controller']],
  [['*', '-deployment'], all.filter((name) => name !== 'deployment-controller')],
  [['-deployment-controller', '*'], all.filter((name) => name !== 'deployment-controller')],
  // As kubeadm starts it.
  [['*', 'bootstrapsigner', 'tokencleaner'], every],
  [['token-cleaner-controller'], ['token-cleaner-controller']],
  [['-deployment'], []],
  [[], []],
])('%j', (asked, expected) => {
  expect(selectControllers(asked).map(({ name }) => name)).toEqual(expected);
});

it('refuses names of none', () => {
  expect(() => selectControllers(['*', '-horizontal-pod-autoscaler-controller'])).toThrow('"horizontal-pod-autoscaler-controller" is not in the list of known controllers');
});

it('has an account for each that writes as none of the manager\'s own', () => {
  expect(controllers.filter(({ account }) => !account).map(({ name }) => name)).toEqual(['serviceaccount-token-controller', 'missing-controller']);
});
