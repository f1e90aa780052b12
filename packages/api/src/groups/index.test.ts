import { ResourceRegistry } from '../registry/registry';
import { compareGroups } from '../registry/group-priority';
import type { ResourceDefinition } from '../registry/resource-definition';
import { builtInDefinitions } from './index';

function describeDefinition(definition: ResourceDefinition): string {
  const { group, plural, kind, singular, scope, shortNames, categories, verbs, versions, storageVersion, storagePrefix } = definition;
  const subresources = Object.entries(definition.subresources).map(([name, sub]) => `  /${name} ${sub.type} ${sub.verbs.join(',')}`);
  const columns = definition.table.columns.map(({ name, priority }) => (priority ? `(${name})` : name));
  return [
    `${plural}${group && `.${group}`} ${kind} ${singular} ${scope}`,
    `  served ${versions.map((v) => (v.enabledByDefault ? v.version : `(${v.version})`)).join(' ')}`,
    `  stored ${storagePrefix ?? 'not at all'} ${storagePrefix ? storageVersion : ''}`.trimEnd(),
    `  verbs ${verbs.length === 8 ? 'all' : verbs.join(',')}`,
    ...(shortNames.length > 0 ? [`  short names ${shortNames.join(',')}`] : []),
    ...(categories.length > 0 ? [`  categories ${categories.join(',')}`] : []),
    ...subresources.sort(),
    ...Object.keys(definition.selectableFields).map((field) => `  ?fieldSelector=${field}`),
    `  columns ${columns.join(', ')}`,
  ].join('\n');
}

describe('the built-in definitions', () => {
  it('are those of v1.36', () => {
    expect(builtInDefinitions.map(describeDefinition).join('\n')).toMatchSnapshot();
  });

  it('stand in the order of discovery, each once', () => {
    const groups = [...new Set(builtInDefinitions.map(({ group }) => group))];
    expect(groups).toEqual([...groups].sort(compareGroups));
    expect(() => new ResourceRegistry(builtInDefinitions)).not.toThrow();
  });

  it('convert every version but the stored one', () => {
    for (const { group, kind, versions, storageVersion } of builtInDefinitions) {
      for (const { version, conversion } of versions) {
        const stored = storageVersion === (group ? `${group}/${version}` : version);
        expect([kind, version, conversion !== undefined]).toEqual([kind, version, !stored]);
      }
    }
  });

  it('describe every column', () => {
    const silent = builtInDefinitions.flatMap(({ kind, table }) =>
      table.columns.filter(({ description }) => description === '').map(({ name }) => `${kind} ${name}`),
    );
    expect(silent).toEqual(['LeaseCandidate BinaryVersion', 'LeaseCandidate EmulationVersion', 'RuntimeClass Handler']);
  });
});
