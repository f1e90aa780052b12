import type { Service } from '../shared/objects';
import { pod } from '../testing/workloads';
import { planSubsets, truncated } from './plan-subsets';

function service(spec: NonNullable<Service['spec']>): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' }, spec: { clusterIP: '10.96.0.9', ...spec } };
}

const pods = [pod({ name: 'b', ip: '10.0.0.2' }), pod({ name: 'a', ip: '10.0.0.1', ready: 1 }), pod({ name: 'going', ip: '10.0.0.3', ready: 1, deleted: true })];
const texts = (spec: NonNullable<Service['spec']>): string[] =>
  planSubsets(service(spec), pods).map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const list = (all: readonly { readonly ip: string }[]): string => all.map(({ ip }) => ip).join();
    return `${list(addresses)} | ${list(notReadyAddresses)} | ${ports.map(({ name = '', port }) => `${name}:${port}`).join()}`;
  });

it.each<[string, NonNullable<Service['spec']>, string[]]>([
  ['ready ones apart', { ports: [{ port: 80 }] }, ['10.0.0.1 | 10.0.0.2 | :80']],
  ['ports that all have together', { ports: [{ name: 'b', port: 81 }, { name: 'a', port: 80, targetPort: 'http' }] }, ['10.0.0.1 | 10.0.0.2 | a:8080,b:81']],
  ['all, where that is wanted', { publishNotReadyAddresses: true, ports: [{ port: 80 }] }, ['10.0.0.1,10.0.0.2,10.0.0.3 |  | :80']],
  ['none for a port that is not there', { ports: [{ port: 80, targetPort: 'nope' }] }, []],
  ['headless without ports', { clusterIP: 'None' }, ['10.0.0.1 | 10.0.0.2 | ']],
])('%s', (_, spec, expected) => {
  expect(texts(spec)).toEqual(expected);
});

it('cuts what is too much, those that are not ready first', () => {
  const subsets = [{ addresses: [{ ip: '1' }, { ip: '2' }], notReadyAddresses: [{ ip: '3' }] }];
  expect(truncated(subsets, 3)).toBeUndefined();
  expect(truncated(subsets, 2)).toEqual([{ addresses: [{ ip: '1' }, { ip: '2' }], notReadyAddresses: [] }]);
});
