import { defineResource, storagePrefix } from './define-resource';
import { schemaName } from './schema-name';

describe('defineResource', () => {
  it('fills in what most kinds share', () => {
    const strategy = {};
    const statusStrategy = {};
    const definition = defineResource({
      group: 'apps',
      version: 'v1',
      kind: 'DaemonSet',
      plural: 'daemonsets',
      scope: 'Namespaced',
      strategy,
      statusStrategy,
    });
    expect(definition).toMatchObject({
      singular: 'daemonset',
      listKind: 'DaemonSetList',
      shortNames: [],
      categories: [],
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      versions: [{ version: 'v1', enabledByDefault: true, schema: 'io.k8s.api.apps.v1.DaemonSet' }],
      storageVersion: 'apps/v1',
      storagePrefix: '/registry/daemonsets',
      subresources: { status: { type: 'object', verbs: ['get', 'patch', 'update'] } },
    });
    expect(definition.table.columns.map(({ name, type }) => [name, type])).toEqual([
      ['Name', 'string'],
      ['Created At', 'date'],
    ]);
  });

  it('does not store what it is told not to', () => {
    const input = { group: '', version: 'v1', kind: 'Binding', plural: 'bindings', scope: 'Namespaced' as const, strategy: {} };
    expect(defineResource({ ...input, storagePrefix: 'none' }).storagePrefix).toBeUndefined();
  });

  it('wants a version', () => {
    const input = { group: '', kind: 'Pod', plural: 'pods', scope: 'Namespaced' as const, strategy: {} };
    expect(() => defineResource(input)).toThrow('pods: a resource needs a version');
  });
});

describe('storagePrefix', () => {
  it.each([
    ['', 'pods', '/registry/pods'],
    ['', 'services', '/registry/services/specs'],
    ['', 'endpoints', '/registry/services/endpoints'],
    ['', 'nodes', '/registry/minions'],
    ['', 'replicationcontrollers', '/registry/controllers'],
    ['networking.k8s.io', 'ingresses', '/registry/ingress'],
    ['coordination.k8s.io', 'leases', '/registry/leases'],
    ['apiextensions.k8s.io', 'customresourcedefinitions', '/registry/apiextensions.k8s.io/customresourcedefinitions'],
    ['apiregistration.k8s.io', 'apiservices', '/registry/apiregistration.k8s.io/apiservices'],
    ['example.com', 'widgets', '/registry/example.com/widgets'],
  ])('%s %s is under %s', (group, plural, prefix) => {
    expect(storagePrefix(group, plural)).toBe(prefix);
  });
});

describe('schemaName', () => {
  it.each([
    ['', 'v1', 'Pod', 'io.k8s.api.core.v1.Pod'],
    ['rbac.authorization.k8s.io', 'v1', 'Role', 'io.k8s.api.rbac.v1.Role'],
    ['flowcontrol.apiserver.k8s.io', 'v1', 'FlowSchema', 'io.k8s.api.flowcontrol.v1.FlowSchema'],
    ['internal.apiserver.k8s.io', 'v1alpha1', 'StorageVersion', 'io.k8s.api.apiserverinternal.v1alpha1.StorageVersion'],
    ['apiregistration.k8s.io', 'v1', 'APIService', 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService'],
  ])('%s/%s %s', (group, version, kind, name) => {
    expect(schemaName(group, version, kind)).toBe(name);
  });
});
