import { builtInDefinitions } from '../groups/index';
import { ResourceRegistry } from '../registry/registry';
import { servedDefinitions } from './served-definitions';

describe('servedDefinitions', () => {
  const registry = new ResourceRegistry(builtInDefinitions);
  const shown = servedDefinitions(registry);

  it('has only versions that are served', () => {
    const versions = new Set(shown.flatMap(({ group, versions }) => versions.map(({ version }) => `${group}/${version}`)));
    expect([...versions].filter((version) => /alpha/.test(version))).toEqual([]);
    expect(versions).toContain('apps/v1');
  });

  it('has every resource that is served', () => {
    expect(shown.map(({ plural }) => plural)).toEqual(registry.served().map(({ plural }) => plural));
  });

  it('leaves out resources that no schema describes', () => {
    const [first] = builtInDefinitions;
    if (first === undefined) throw new Error('nothing is defined');
    const versions = [{ version: 'v1', enabledByDefault: true, schema: 'com.example.v1.Thing' }];
    const custom = new ResourceRegistry([first, { ...first, group: 'example.com', plural: 'things', kind: 'Thing', versions }]);
    expect(servedDefinitions(custom).map(({ plural }) => plural)).toEqual([first.plural]);
  });
});
