import type { KubeObject } from '@typekube/apimachinery';
import type { ActionSubresource, ResourceDefinition, SubresourceDefinition, Verb } from '../registry/resource-definition';
import { buildOpenAPIv2, documentPaths } from './build-v2';
import { buildOpenAPIv3 } from './build-v3';
import type { JsonObject } from './json';

const INFO = { title: 'Kubernetes', version: 'v1.36.0' };
const ALL: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const STATUS: SubresourceDefinition = { type: 'object', verbs: ['get', 'patch', 'update'], strategy: {} };

function action(verbs: readonly Verb[], group: string, kind: string): ActionSubresource {
  return { type: 'action', verbs, kind: { group, version: 'v1', kind } };
}

type Given = Pick<ResourceDefinition, 'group' | 'kind' | 'plural'> & Partial<ResourceDefinition> & { schema: string };

function define({ schema, ...given }: Given): ResourceDefinition {
  return {
    listKind: `${given.kind}List`,
    singular: given.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    scope: 'Namespaced',
    verbs: ALL,
    versions: [{ version: 'v1', enabledByDefault: true, schema }],
    storageVersion: 'v1',
    strategy: {},
    subresources: {},
    selectableFields: {},
    table: { columns: [], cells: (_object: KubeObject) => [] },
    ...given,
  };
}

const DEFINITIONS = [
  define({
    group: '',
    kind: 'Pod',
    plural: 'pods',
    schema: 'io.k8s.api.core.v1.Pod',
    subresources: {
      status: STATUS,
      log: action(['get'], '', 'Pod'),
      exec: action(['create', 'get'], '', 'PodExecOptions'),
      proxy: action(['create', 'delete', 'get', 'patch', 'update'], '', 'PodProxyOptions'),
      eviction: action(['create'], 'policy', 'Eviction'),
    },
  }),
  define({ group: '', kind: 'Node', plural: 'nodes', schema: 'io.k8s.api.core.v1.Node', scope: 'Cluster' }),
  define({ group: '', kind: 'Endpoints', plural: 'endpoints', schema: 'io.k8s.api.core.v1.Endpoints' }),
  define({
    group: 'apps',
    kind: 'Deployment',
    plural: 'deployments',
    schema: 'io.k8s.api.apps.v1.Deployment',
    subresources: {
      scale: {
        type: 'scale',
        verbs: ['get', 'patch', 'update'],
        getScale: () => ({ specReplicas: 0, statusReplicas: 0, selector: '' }),
        setReplicas: () => undefined, replicasPath: ['spec', 'replicas'],
      },
    },
  }),
  define({
    group: 'rbac.authorization.k8s.io',
    kind: 'Role',
    plural: 'roles',
    schema: 'io.k8s.api.rbac.v1.Role',
    verbs: ['create', 'get'],
  }),
];

const CORE = buildOpenAPIv3('api/v1', DEFINITIONS, INFO);
const APPS = buildOpenAPIv3('apis/apps/v1', DEFINITIONS, INFO);
const V2 = buildOpenAPIv2(DEFINITIONS, INFO);

function at(document: JsonObject, ...keys: string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );
}

describe('operations', () => {
  it.each([
    ['/api/v1/namespaces/{namespace}/pods', 'get', 'listCoreV1NamespacedPod', 'list', 'Pod'],
    ['/api/v1/pods', 'get', 'listCoreV1PodForAllNamespaces', 'list', 'Pod'],
    ['/api/v1/namespaces/{namespace}/pods', 'post', 'createCoreV1NamespacedPod', 'post', 'Pod'],
    ['/api/v1/namespaces/{namespace}/pods', 'delete', 'deleteCoreV1CollectionNamespacedPod', 'deletecollection', 'Pod'],
    ['/api/v1/namespaces/{namespace}/pods/{name}', 'put', 'replaceCoreV1NamespacedPod', 'put', 'Pod'],
    ['/api/v1/namespaces/{namespace}/pods/{name}/status', 'patch', 'patchCoreV1NamespacedPodStatus', 'patch', 'Pod'],
    ['/api/v1/namespaces/{namespace}/pods/{name}/log', 'get', 'readCoreV1NamespacedPodLog', 'get', 'Pod'],
    [
      '/api/v1/namespaces/{namespace}/pods/{name}/exec',
      'post',
      'connectCoreV1PostNamespacedPodExec',
      'connect',
      'PodExecOptions',
    ],
    [
      '/api/v1/namespaces/{namespace}/pods/{name}/proxy/{path}',
      'head',
      'connectCoreV1HeadNamespacedPodProxyWithPath',
      'connect',
      'PodProxyOptions',
    ],
    ['/api/v1/namespaces/{namespace}/pods/{name}/eviction', 'post', 'createCoreV1NamespacedPodEviction', 'post', 'Eviction'],
    ['/api/v1/watch/nodes/{name}', 'get', 'watchCoreV1Node', 'watch', 'Node'],
    ['/api/v1/watch/pods', 'get', 'watchCoreV1PodListForAllNamespaces', 'watchlist', 'Pod'],
    [
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale',
      'get',
      'readAppsV1NamespacedDeploymentScale',
      'get',
      'Scale',
    ],
  ])('%s %s is %s', (path, method, operationId, verb, kind) => {
    for (const document of [V2, path.startsWith('/api/') ? CORE : APPS]) {
      expect(at(document, 'paths', path, method)).toMatchObject({
        operationId,
        'x-kubernetes-action': verb,
        'x-kubernetes-group-version-kind': { kind },
      });
    }
  });

  it('are only those of the verbs', () => {
    expect(Object.keys(at(V2, 'paths', '/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles') as object)).toEqual([
      'post',
      'parameters',
    ]);
  });

  it('tell fieldValidation and dryRun in place, where kubectl looks for them', () => {
    const parameters = at(V2, 'paths', '/api/v1/nodes/{name}', 'patch', 'parameters');
    expect(parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'dryRun', in: 'query' }),
        expect.objectContaining({ name: 'fieldValidation', in: 'query' }),
      ]),
    );
  });

  it('share the parameters that all of a path take', () => {
    const path = at(CORE, 'paths', '/api/v1/namespaces/{namespace}/pods/{name}');
    expect((path as { parameters: { name: string }[] }).parameters.map(({ name }) => name)).toEqual([
      'name',
      'namespace',
      'pretty',
    ]);
  });

  it('answer a delete with the object where upstream does', () => {
    expect(at(V2, 'paths', '/api/v1/namespaces/{namespace}/pods/{name}', 'delete', 'responses', '200', 'schema')).toEqual({
      $ref: '#/definitions/io.k8s.api.core.v1.Pod',
    });
    expect(at(V2, 'paths', '/api/v1/nodes/{name}', 'delete', 'responses', '200', 'schema')).toEqual({
      $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Status',
    });
  });

  it('give plurals no article', () => {
    expect(at(V2, 'paths', '/api/v1/namespaces/{namespace}/endpoints', 'post', 'description')).toBe('create Endpoints');
  });
});

describe('schemas', () => {
  it("have upstream's extensions in both versions", () => {
    const extensions = {
      'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-patch-merge-key': 'containerPort',
      'x-kubernetes-patch-strategy': 'merge',
    };
    expect(at(V2, 'definitions', 'io.k8s.api.core.v1.Container', 'properties', 'ports')).toMatchObject(extensions);
    expect(at(CORE, 'components', 'schemas', 'io.k8s.api.core.v1.Container', 'properties', 'ports')).toMatchObject(extensions);
  });

  it('have enums, defaults and alternatives in version 3 only', () => {
    expect(at(CORE, 'components', 'schemas', 'io.k8s.api.core.v1.PodSpec', 'properties', 'restartPolicy', 'enum')).toEqual([
      'Always',
      'Never',
      'OnFailure',
    ]);
    expect(at(V2, 'definitions', 'io.k8s.api.core.v1.PodSpec', 'properties', 'restartPolicy', 'enum')).toBeUndefined();
    expect(at(CORE, 'components', 'schemas', 'io.k8s.api.core.v1.Container', 'properties', 'name', 'default')).toBe('');
    expect(at(CORE, 'components', 'schemas', 'io.k8s.apimachinery.pkg.util.intstr.IntOrString')).toMatchObject({
      oneOf: [{ type: 'integer' }, { type: 'string' }],
      format: 'int-or-string',
    });
    expect(at(V2, 'definitions', 'io.k8s.apimachinery.pkg.util.intstr.IntOrString')).toMatchObject({
      type: 'string',
      format: 'int-or-string',
    });
  });

  it('wrap a described reference in version 3', () => {
    expect(at(CORE, 'components', 'schemas', 'io.k8s.api.core.v1.Pod', 'properties', 'spec')).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodSpec' }],
      description: expect.stringContaining('desired behavior'),
    });
  });

  it('are all there that others refer to, and no more', () => {
    const names = new Set([...JSON.stringify(APPS).matchAll(/#\/components\/schemas\/([\w.-]+)/g)].map(([, name]) => name));
    expect(Object.keys(at(APPS, 'components', 'schemas') as object)).toEqual([...names].sort());
  });
});

it('lists the documents that definitions make', () => {
  expect(documentPaths(DEFINITIONS)).toEqual([
    'api',
    'api/v1',
    'apis',
    'apis/apps',
    'apis/apps/v1',
    'apis/rbac.authorization.k8s.io',
    'apis/rbac.authorization.k8s.io/v1',
    'version',
  ]);
  expect(at(buildOpenAPIv3('apis/apps', DEFINITIONS, INFO), 'paths', '/apis/apps/', 'get', 'operationId')).toBe(
    'getAppsAPIGroup',
  );
});
