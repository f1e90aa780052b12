import { defineResource } from './define-resource';
import { type RegistryChange, ResourceRegistry } from './registry';
import { parseRuntimeConfig } from './runtime-config';

const strategy = {};
const pods = defineResource({ group: '', version: 'v1', kind: 'Pod', plural: 'pods', scope: 'Namespaced', strategy });
const roles = defineResource({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  scope: 'Namespaced',
  strategy,
});
const autoscalers = defineResource({
  group: 'autoscaling',
  versions: [{ version: 'v2' }, { version: 'v1' }],
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  scope: 'Namespaced',
  strategy,
});
const claims = defineResource({
  group: 'resource.k8s.io',
  versions: [{ version: 'v1' }, { version: 'v1beta1' }, { version: 'v1alpha3' }],
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  scope: 'Namespaced',
  strategy,
});
const widgets = defineResource({
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  scope: 'Cluster',
  strategy,
});

const ALL = [claims, roles, autoscalers, pods];
const KNOWN = ALL.flatMap(({ group, versions }) => versions.map(({ version }) => ({ group, version })));

describe('ResourceRegistry', () => {
  it('finds a resource by path and by kind in each version', () => {
    const registry = new ResourceRegistry(ALL);
    expect(registry.byResource('', 'v1', 'pods')?.definition).toBe(pods);
    expect(registry.byKind('', 'v1', 'Pod')?.definition).toBe(pods);
    expect(registry.byResource('autoscaling', 'v1', 'horizontalpodautoscalers')?.version.version).toBe('v1');
    expect(registry.byResource('autoscaling', 'v3', 'horizontalpodautoscalers')).toBeUndefined();
    expect(registry.byKind('autoscaling', 'v2', 'Pod')).toBeUndefined();
    expect(registry.preferredVersion('autoscaling', 'horizontalpodautoscalers')?.version).toBe('v2');
  });

  it('lists groups in the order of discovery, versions best first', () => {
    expect(new ResourceRegistry(ALL).groups()).toEqual([
      { group: '', versions: ['v1'], preferredVersion: 'v1' },
      { group: 'autoscaling', versions: ['v2', 'v1'], preferredVersion: 'v2' },
      { group: 'rbac.authorization.k8s.io', versions: ['v1'], preferredVersion: 'v1' },
      { group: 'resource.k8s.io', versions: ['v1'], preferredVersion: 'v1' },
    ]);
  });

  it('serves what the runtime configuration says', () => {
    const registry = new ResourceRegistry(ALL, parseRuntimeConfig('api/beta=true,/v1/pods=false', KNOWN));
    expect(registry.byResource('', 'v1', 'pods')).toBeUndefined();
    expect(registry.definition('', 'pods')).toBe(pods);
    expect(registry.served()).toEqual([claims, roles, autoscalers]);
    expect(registry.groups().find(({ group }) => group === 'resource.k8s.io')?.versions).toEqual(['v1', 'v1beta1']);
    expect(registry.resources('resource.k8s.io', 'v1beta1').map(({ definition }) => definition)).toEqual([claims]);
  });

  it('takes and drops resources at run time and tells its listeners', () => {
    const registry = new ResourceRegistry(ALL);
    const changes: RegistryChange[] = [];
    const stop = registry.onChange((change) => changes.push(change));
    registry.add(widgets);
    expect(registry.byKind('example.com', 'v1', 'Widget')?.definition).toBe(widgets);
    expect(registry.groups().at(-1)?.group).toBe('example.com');
    expect(registry.remove('example.com', 'widgets')).toBe(true);
    expect(registry.remove('example.com', 'widgets')).toBe(false);
    expect(registry.byResource('example.com', 'v1', 'widgets')).toBeUndefined();
    expect(registry.groups().some(({ group }) => group === 'example.com')).toBe(false);
    stop();
    registry.add(widgets);
    expect(changes).toEqual([
      { type: 'added', definition: widgets },
      { type: 'removed', definition: widgets },
    ]);
  });

  it('refuses the same resource twice', () => {
    expect(() => new ResourceRegistry([pods, pods])).toThrow('pods is defined twice');
  });
});
