import { controllers, selectControllers } from './controllers';

const all = controllers.map(({ name }) => name);

it.each([
  [['*'], all],
  [['deployment-controller', 'replicaset'], ['deployment-controller', 'replicaset-controller']],
  [['*', '-deployment'], all.filter((name) => name !== 'deployment-controller')],
  [['-deployment-controller', '*'], all.filter((name) => name !== 'deployment-controller')],
  [['-deployment'], []],
  [[], []],
])('%j', (asked, expected) => {
  expect(selectControllers(asked).map(({ name }) => name)).toEqual(expected);
});

it('refuses names of none', () => {
  expect(() => selectControllers(['*', '-job-controller'])).toThrow('"job-controller" is not in the list of known controllers');
});
