import { builtInDefinitions, type ResourceDefinition } from '@typekube/api';
import { formatGroupVersion } from '@typekube/apimachinery';
import * as kinds from './kinds';

const table = Object.values(kinds);

/** The version whose type an object in memory has: the stored one, or the group's own where that lies in another group. */
function typedVersion({ group, storageVersion, versions }: ResourceDefinition): string {
  const own = versions.map(({ version }) => formatGroupVersion({ group, version }));
  return own.includes(storageVersion) ? storageVersion : (own[0] ?? '');
}

it('names every built-in kind as its definition does', () => {
  const expected = builtInDefinitions.map((definition) => ({
    apiVersion: typedVersion(definition),
    resource: definition.plural,
    kind: definition.kind,
    namespaced: definition.scope === 'Namespaced',
  }));
  const actual = table.map(({ kind, resource, namespaced, ...version }) => ({
    apiVersion: formatGroupVersion(version),
    resource,
    kind,
    namespaced,
  }));
  const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  expect(actual.sort(byText)).toEqual(expected.sort(byText));
});
