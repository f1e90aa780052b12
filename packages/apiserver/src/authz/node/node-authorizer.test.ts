import { TestServer } from '../../testing';
import type { AuthorizationAttributes } from '../authorizer';
import { NodeAuthorizer } from './node-authorizer';
import { nodeIdentity } from './node-identity';
import { NodeRelations } from './node-relations';

describe('nodeIdentity', () => {
  it.each([
    ['system:node:a', ['system:nodes'], { isNode: true, nodeName: 'a' }],
    ['system:node:', ['system:nodes'], { isNode: true, nodeName: '' }],
    ['system:node:a', ['others'], { isNode: false, nodeName: '' }],
    ['a', ['system:nodes'], { isNode: false, nodeName: '' }],
  ])('of %s in %j', (name, groups, expected) => {
    expect(nodeIdentity({ name, groups })).toEqual(expected);
  });
});

const container = {
  name: 'c',
  image: 'i',
  env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env-secret', key: 'a' } } }],
  envFrom: [{ configMapRef: { name: 'env-map' } }],
};
const spec = {
  nodeName: 'a',
  serviceAccountName: 'robot',
  imagePullSecrets: [{ name: 'pull-secret' }],
  containers: [container],
  resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu-claim' }, { name: 'late', resourceClaimTemplateName: 't' }],
  volumes: [
    { name: 's', secret: { secretName: 'volume-secret' } },
    { name: 'm', projected: { sources: [{ configMap: { name: 'projected-map' } }] } },
    { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'e', ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } },
  ],
};
const mirror = { 'kubernetes.io/config.mirror': 'x', 'kubernetes.io/config.hash': 'x' };

describe('the node authorizer', () => {
  let server: TestServer;
  let authorizer: NodeAuthorizer;

  beforeAll(async () => {
    server = await TestServer.start({ namespaces: ['default', 'other'] });
    authorizer = new NodeAuthorizer(new NodeRelations(server.server.core.endpoints));
    await make('/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec });
    const volumes = [{ name: 's', secret: { secretName: 'mirror-secret' } }];
    await make('/api/v1/namespaces/other/pods', { metadata: { name: 'm', annotations: mirror }, spec: { nodeName: 'a', containers: [{ name: 'c', image: 'i' }], volumes } });
    await make('/api/v1/namespaces/default/persistentvolumeclaims', {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], volumeName: 'v', resources: { requests: { storage: '1Gi' } } },
    });
    await make('/api/v1/persistentvolumes', {
      metadata: { name: 'v' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        claimRef: { namespace: 'default', name: 'data' },
        csi: { driver: 'd', volumeHandle: 'h', nodePublishSecretRef: { namespace: 'default', name: 'csi-secret' } },
      },
    });
    await make('/apis/storage.k8s.io/v1/volumeattachments', {
      metadata: { name: 'attached' },
      spec: { attacher: 'd', nodeName: 'a', source: { persistentVolumeName: 'v' } },
    });
    await server.server.core.barrier.mostRecent();
  });

  afterAll(() => server.stop());

  const make = async (path: string, body: unknown): Promise<void> => {
    const answer = await server.request('POST', path, body);
    if (answer.status !== 201) throw new Error(answer.text);
  };

  /** `VERB GROUP/RESOURCE/SUBRESOURCE NAMESPACE/NAME SELECTOR`, as one node or the other asks it. */
  const ask = (node: string, text: string): string => {
    const [verb = '', what = '', which = '/', selector] = text.split(' ');
    const [apiGroup = '', resource = '', subresource = ''] = what.split('/');
    const [namespace = '', name = ''] = which.split('/');
    const [field = '', value = ''] = selector?.split('=') ?? [];
    const request: AuthorizationAttributes = {
      user: { name: `system:node:${node}`, groups: ['system:nodes'] },
      isResourceRequest: true,
      path: '',
      verb,
      apiGroup,
      apiVersion: 'v1',
      namespace,
      resource,
      subresource,
      name,
      ...(selector && { fieldSelector: [{ field, operator: '=', value }] }),
    };
    const { decision, reason } = authorizer.authorize(request);
    return reason || decision;
  };

  const unrelated = (node: string): string => `no relationship found between node '${node}' and this object`;

  it.each([
    ...['env-secret', 'pull-secret', 'volume-secret', 'csi-secret'].map((name) => `get /secrets default/${name}`),
    ...['env-map', 'projected-map'].flatMap((name) => ['get', 'list', 'watch'].map((verb) => `${verb} /configmaps default/${name}`)),
    'get /persistentvolumeclaims default/data',
    'get /persistentvolumeclaims default/p-e',
    'patch /persistentvolumeclaims/status default/data',
    'get /persistentvolumes /v',
    'get resource.k8s.io/resourceclaims default/gpu-claim',
    'get storage.k8s.io/volumeattachments /attached',
    'create /serviceaccounts/token default/robot',
    'get /serviceaccounts default/robot',
    'get /pods default/p',
    'get /pods other/m',
    'watch /pods default/p',
  ])('%s: for the node of the pod, not for another', (text) => {
    expect(ask('a', text)).toBe('Allow');
    expect(ask('b', text)).toBe(unrelated('b'));
  });

  it.each<[string, string]>([
    ['get /secrets default/other', unrelated('a')],
    ['get /secrets other/env-secret', unrelated('a')],
    ['get /secrets other/mirror-secret', unrelated('a')],
    ['list /secrets default/', 'No Object name found'],
    ['list /secrets /', 'can only read namespaced object of this type'],
    ['update /secrets default/env-secret', 'can only read resources of this type'],
    ['list /persistentvolumes /', 'can only get individual resources of this type'],
    ['create /serviceaccounts default/', 'can only create tokens for individual service accounts'],
    ['get /nodes /a', 'Allow'],
    ['watch /nodes /a', 'Allow'],
    ['get /nodes /b', "node 'a' cannot read 'b', only its own Node object"],
    ['list /nodes /', "node 'a' cannot read all nodes, only its own Node object"],
    ['create /nodes /', 'Allow'],
    ['patch /nodes/status /a', 'Allow'],
    ['delete /nodes /a', 'NoOpinion'],
    ['list /pods / spec.nodeName=a', 'Allow'],
    ['list /pods / spec.nodeName=b', 'can only list/watch pods with spec.nodeName field selector'],
    ['list /pods /', 'can only list/watch pods with spec.nodeName field selector'],
    ['patch /pods/status default/p', 'Allow'],
    ['create /pods/binding default/p', 'NoOpinion'],
    ['create /pods/eviction default/p', 'Allow'],
    ['get coordination.k8s.io/leases kube-node-lease/a', 'Allow'],
    ['create coordination.k8s.io/leases kube-node-lease/', 'Allow'],
    ['get coordination.k8s.io/leases kube-node-lease/b', 'can only access node lease with the same name as the requesting node'],
    ['get coordination.k8s.io/leases default/a', 'can only access leases in the "kube-node-lease" system namespace'],
    ['list coordination.k8s.io/leases kube-node-lease/', 'can only get, create, update, patch, or delete a node lease'],
    ['update storage.k8s.io/csinodes /a', 'Allow'],
    ['update storage.k8s.io/csinodes /b', 'can only access CSINode with the same name as the requesting node'],
    ['list resource.k8s.io/resourceslices / spec.nodeName=a', 'Allow'],
    ['list resource.k8s.io/resourceslices /', 'can only list/watch/deletecollection resourceslices with nodeName field selector'],
    ['create certificates.k8s.io/podcertificaterequests default/', 'Allow'],
    ['watch certificates.k8s.io/podcertificaterequests / spec.nodeName=a', 'Allow'],
    ['list certificates.k8s.io/podcertificaterequests / spec.nodeName=b', 'can only list/watch podcertificaterequests with nodeName field selector'],
    ['get certificates.k8s.io/podcertificaterequests default/r', unrelated('a')],
    ['update certificates.k8s.io/podcertificaterequests/status default/r', 'cannot authorize PodCertificateRequest subresources'],
    ['list /services /', 'Allow'],
    ['create certificates.k8s.io/certificatesigningrequests /', 'Allow'],
    ['create authorization.k8s.io/subjectaccessreviews /', 'Allow'],
    ['list rbac.authorization.k8s.io/roles /', 'NoOpinion'],
  ])('%s: %s', (text, expected) => {
    expect(ask('a', text)).toBe(expected);
  });

  it('says nothing of others than nodes', () => {
    const user = { name: 'jane', groups: ['system:nodes'] };
    expect(authorizer.rulesFor(user)).toMatchObject({ incomplete: false, errors: [] });
    expect(authorizer.rulesFor({ ...user, name: 'system:node:a' })).toMatchObject({ incomplete: true });
    expect(ask('', 'get /nodes /a')).toBe('unknown node for user "system:node:"');
  });

  it('lets a node read what an ephemeral container needs that has come later', async () => {
    expect(ask('a', 'get /secrets default/debug-secret')).toBe(unrelated('a'));
    const pod = (await server.request('GET', '/api/v1/namespaces/default/pods/p')).body;
    const envFrom = [{ secretRef: { name: 'debug-secret' } }];
    const debugged = { ...pod, spec: { ...(pod['spec'] as object), ephemeralContainers: [{ name: 'debug', image: 'i', envFrom }] } };
    expect((await server.request('PUT', '/api/v1/namespaces/default/pods/p/ephemeralcontainers', debugged)).status).toBe(200);
    await server.server.core.barrier.mostRecent();
    expect(ask('a', 'get /secrets default/debug-secret')).toBe('Allow');
  });

  it('follows pods: their claims, their end', async () => {
    const pod = (await server.request('GET', '/api/v1/namespaces/default/pods/p')).body;
    expect(ask('a', 'get resource.k8s.io/resourceclaims default/late-claim')).toBe(unrelated('a'));
    const status = { ...(pod['status'] as object), resourceClaimStatuses: [{ name: 'late', resourceClaimName: 'late-claim' }] };
    await server.request('PUT', '/api/v1/namespaces/default/pods/p/status', { ...pod, status });
    await server.server.core.barrier.mostRecent();
    expect(ask('a', 'get resource.k8s.io/resourceclaims default/late-claim')).toBe('Allow');
    await server.request('DELETE', '/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0');
    await server.server.core.barrier.mostRecent();
    expect(ask('a', 'get /secrets default/env-secret')).toBe(unrelated('a'));
  });
});
