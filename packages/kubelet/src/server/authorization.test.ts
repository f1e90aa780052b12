import { subresourcesOf } from './authorization';

it.each([
  ['/containerLogs/default/p/c', ['proxy']],
  ['/exec/default/p/c', ['proxy']],
  ['/pods', ['pods', 'proxy']],
  ['/podsecrets', ['proxy']],
  ['/healthz', ['healthz', 'proxy']],
  ['/configz', ['configz', 'proxy']],
  ['/stats/summary', ['stats']],
  ['/metrics', ['metrics']],
  ['/metrics/cadvisor', ['metrics']],
  ['/logs/', ['log']],
])('%s is of %j', (path, expected) => {
  expect(subresourcesOf(path)).toEqual(expected);
});
