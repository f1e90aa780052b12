import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authorizer } from '../../authz/authorizer';
import { objectsFrom, type PluginWrite, runPlugin, TestServer } from '../../testing';
import { nodeRestriction } from './node-restriction';
import { ownerReferencesPermissionEnforcement } from './owner-references-permission-enforcement';
import { certificateApproval, certificateSigning, certificateSubjectRestriction, clusterTrustBundleAttest } from './signers';

/** Allows what is listed as `verb resource name`. */
const allowing = (...allowed: string[]): Authorizer => ({
  authorize: ({ verb, resource, subresource, name }) => ({
    decision: allowed.includes(`${verb} ${resource}${subresource && `/${subresource}`} ${name}`) ? 'Allow' : 'NoOpinion',
    reason: '',
  }),
});

describe('signers', () => {
  const request = (status: object = {}): object => ({ kind: 'CertificateSigningRequest', metadata: { name: 'r' }, spec: { signerName: 'example.com/s' }, status });
  const update = (subresource: string, status: object): PluginWrite => ({
    operation: 'UPDATE',
    group: 'certificates.k8s.io',
    plural: 'certificatesigningrequests',
    subresource,
    object: request(status),
    oldObject: request(),
  });

  it.each([
    [['approve signers example.com/s'], undefined],
    [['approve signers example.com/*'], undefined],
    [['sign signers example.com/s'], 'user not permitted to approve requests with signerName "example.com/s"'],
  ])('CertificateApproval with %j', async (allowed, why) => {
    const { refusal } = await runPlugin(certificateApproval({ authorizer: allowing(...allowed) }), update('approval', {}));
    expect(refusal?.slice(refusal.indexOf('forbidden: ') + 11)).toBe(why);
  });

  it.each([
    [{ certificate: 'x' }, [], 'user not permitted to sign requests with signerName "example.com/s"'],
    [{ certificate: 'x' }, ['sign signers example.com/*'], undefined],
    [{}, [], undefined],
  ])('CertificateSigning of %j with %j', async (status, allowed, why) => {
    const { refusal } = await runPlugin(certificateSigning({ authorizer: allowing(...allowed) }), update('status', status));
    expect(refusal?.slice(refusal.indexOf('forbidden: ') + 11)).toBe(why);
  });

  it('ClusterTrustBundleAttest', async () => {
    const object = { kind: 'ClusterTrustBundle', metadata: { name: 'b' }, spec: { signerName: 'example.com/s', trustBundle: '' } };
    const write = { group: 'certificates.k8s.io', plural: 'clustertrustbundles', object };
    expect((await runPlugin(clusterTrustBundleAttest({ authorizer: allowing() }), write)).refusal).toContain(
      'user not permitted to attest for signerName "example.com/s"',
    );
    expect((await runPlugin(clusterTrustBundleAttest({ authorizer: allowing('attest signers example.com/s') }), write)).refusal).toBeUndefined();
  });

  it.each([
    ['/O=system:masters/CN=me', 'kubernetes.io/kube-apiserver-client', 'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed'],
    ['/O=devs/O=system:masters/CN=me', 'kubernetes.io/kube-apiserver-client', 'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed'],
    ['/O=devs/CN=system:masters', 'kubernetes.io/kube-apiserver-client', undefined],
    ['/O=system:masters/CN=me', 'example.com/s', undefined],
  ])('CertificateSubjectRestriction of %s for %s', async (subject, signerName, why) => {
    const object = { kind: 'CertificateSigningRequest', metadata: { name: 'r' }, spec: { request: requestFor(subject), signerName } };
    const write = { group: 'certificates.k8s.io', plural: 'certificatesigningrequests', object };
    const { refusal } = await runPlugin(certificateSubjectRestriction(), write);
    expect(refusal?.slice(refusal.indexOf('forbidden: ') + 11)).toBe(why);
  });
});

function requestFor(subject: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'typekube-csr-'));
  try {
    const args = ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key'), '-subj', subject];
    return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString('base64');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('OwnerReferencesPermissionEnforcement', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: '1', blockOwnerDeletion: true };
  const path = '/api/v1/namespaces/default/configmaps';

  it.each<[string[], object, string | undefined]>([
    [[], {}, undefined],
    [[], { ownerReferences: [owner] }, "cannot set an ownerRef on a resource you can't delete: , <nil>"],
    [
      ['delete configmaps m'],
      { ownerReferences: [owner] },
      "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>",
    ],
    [['delete configmaps m', 'update replicasets/finalizers rs'], { ownerReferences: [owner] }, undefined],
    [
      ['delete configmaps m'],
      { ownerReferences: [{ ...owner, kind: 'Nope' }] },
      'cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion apps/v1 Kind Nope: no matches for kind "Nope" in version "apps/v1"',
    ],
  ])('with %j and %j', async (allowed, metadata, why) => {
    await using server = await TestServer.start({
      admission: (given) => [ownerReferencesPermissionEnforcement({ ...given, authorizer: allowing(...allowed) })],
    });
    const { body } = await server.request('POST', path, { metadata: { name: 'm', ...metadata } });
    expect(body.message).toBe(why && `configmaps "m" is forbidden: ${why}`);
  });
});

describe('NodeRestriction', () => {
  const user = { name: 'system:node:n1', groups: ['system:nodes'] };
  const mirror = (spec: object = {}, metadata: object = {}): object => ({
    kind: 'Pod',
    metadata: {
      name: 'p',
      namespace: 'default',
      annotations: { 'kubernetes.io/config.mirror': 'x' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'u1', controller: true }],
      ...metadata,
    },
    spec: { nodeName: 'n1', ...spec },
  });
  const running = (name: string, nodeName: string, volumes: object[] = []): object => ({
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name },
    spec: { nodeName, volumes, serviceAccountName: 'sa' },
  });
  const statusWrite = (status: object, labels?: object): PluginWrite => {
    const oldObject = { ...running('mine', 'n1'), status: { phase: 'Pending' } };
    return { operation: 'UPDATE', plural: 'pods', subresource: 'status', name: 'mine', oldObject, object: { ...oldObject, metadata: { name: 'mine', namespace: 'default', uid: 'mine', labels }, status } };
  };
  const node = (name: string, labels: object = {}, spec: object = {}): object => ({ kind: 'Node', metadata: { name, uid: 'u1', labels }, spec });
  const projected = (audience?: string): object => ({ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'token', ...(audience && { audience }) } }] } });
  const volumes = [projected(), { name: 'c', csi: { driver: 'inline' } }, { name: 'd', persistentVolumeClaim: { claimName: 'claim' } }, { name: 'e', ephemeral: {} }];
  const claim = (name: string, volumeName: string): object => ({ kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default' }, spec: { volumeName } });
  const volume = (name: string, driver: string): object => ({ kind: 'PersistentVolume', metadata: { name }, spec: { csi: { driver } } });
  const driver = (name: string): object => ({ kind: 'CSIDriver', metadata: { name }, spec: { tokenRequests: [{ audience: `of-${name}` }] } });
  const plugin = nodeRestriction({
    ...objectsFrom(
      node('n1'), running('mine', 'n1', volumes), running('bare', 'n1'), running('other', 'n2'),
      { kind: 'Pod', metadata: { name: 'file', namespace: 'default', uid: 'file', annotations: { 'kubernetes.io/config.mirror': 'x' } }, spec: { nodeName: 'n1' } },
      { kind: 'ServiceAccount', metadata: { name: 'sa', namespace: 'default', uid: 'sa' } },
      claim('claim', 'v1'), claim('mine-e', 'v2'), volume('v1', 'claimed'), volume('v2', 'ephemeral'), driver('inline'), driver('claimed'), driver('ephemeral'),
    ),
    authorizer: allowing(),
  });
  const ofPod = (name: string): object => ({ apiVersion: 'v1', kind: 'Pod', name, uid: name });
  const slice = (nodeName: string): object => ({ kind: 'ResourceSlice', metadata: { name: 's' }, spec: { nodeName } });
  const CERTIFICATES = 'certificates.k8s.io';
  const signing = (signerName: string, request: string): PluginWrite => ({
    group: CERTIFICATES, plural: 'certificatesigningrequests', namespace: '',
    object: { kind: 'CertificateSigningRequest', metadata: { name: 'r' }, spec: { signerName, request } },
  });
  const [ofOwn, ofOther] = ['n1', 'n2'].map((name) => requestFor(`/O=system:nodes/CN=system:node:${name}`)) as [string, string];
  const podCertificate = (change: object = {}): PluginWrite => ({
    group: CERTIFICATES, plural: 'podcertificaterequests',
    object: {
      kind: 'PodCertificateRequest', metadata: { name: 'r', namespace: 'default' },
      spec: { nodeName: 'n1', nodeUID: 'u1', podName: 'mine', podUID: 'mine', serviceAccountName: 'sa', serviceAccountUID: 'sa', ...change },
    },
  });
  const token = (ref: object | undefined, audiences: string[] = []): object => ({ kind: 'TokenRequest', metadata: {}, spec: { boundObjectRef: ref, audiences } });
  const forToken = (object: object): PluginWrite => ({ plural: 'serviceaccounts', subresource: 'token', name: 'sa', object });

  it.each<[string, PluginWrite, string | undefined]>([
    ['a mirror pod', { plural: 'pods', object: mirror() }, undefined],
    [
      'a pod',
      { plural: 'pods', object: mirror({}, { annotations: {} }) },
      'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    ],
    ['a mirror of another node', { plural: 'pods', object: mirror({ nodeName: 'n2' }) }, 'node "n1" can only create pods with spec.nodeName set to itself'],
    ['a mirror without owner', { plural: 'pods', object: mirror({}, { ownerReferences: [] }) }, 'node "n1" can only create pods with an owner reference set to itself'],
    ['a mirror with an account', { plural: 'pods', object: mirror({ serviceAccountName: 'a' }) }, 'node "n1" can not create pods that reference a service account'],
    [
      'a mirror with secrets',
      { plural: 'pods', object: mirror({ volumes: [{ name: 'v', secret: { secretName: 's' } }] }) },
      'node "n1" can not create pods that reference secrets',
    ],
    ['deleting its pod', { operation: 'DELETE', plural: 'pods', name: 'mine', oldObject: running('mine', 'n1') }, undefined],
    [
      'deleting another pod',
      { operation: 'DELETE', plural: 'pods', name: 'other', oldObject: running('other', 'n2') },
      'node "n1" can only delete pods with spec.nodeName set to itself',
    ],
    ['evicting its pod', { plural: 'pods', subresource: 'eviction', name: 'mine', object: { kind: 'Eviction', metadata: { name: 'mine' } } }, undefined],
    [
      'evicting another pod',
      { plural: 'pods', subresource: 'eviction', name: 'other', object: { kind: 'Eviction', metadata: { name: 'other' } } },
      'node n1 can only evict pods with spec.nodeName set to itself',
    ],
    ['the status of its pod', statusWrite({ phase: 'Running' }), undefined],
    ['the status of another pod', { ...statusWrite({}), oldObject: running('other', 'n2') }, 'node "n1" can only update pod status for pods with spec.nodeName set to itself'],
    ['labels by way of the status', statusWrite({}, { a: 'b' }), 'node "n1" cannot update labels through pod status'],
    ['claims by way of the status', statusWrite({ resourceClaimStatuses: [{ name: 'a', resourceClaimName: 'b' }] }), 'node "n1" cannot update resource claim statues'],
    [
      'the claim of extended resources by way of the status',
      statusWrite({ extendedResourceClaimStatus: { resourceClaimName: 'b', requestMappings: [] } }),
      'node "n1" cannot update extended resource claim status',
    ],
    ...['ephemeralcontainers', 'resize', 'binding'].map((subresource): [string, PluginWrite, string] => [
      `pods/${subresource}`,
      { ...statusWrite({}), subresource },
      `unexpected pod subresource "${subresource}", only 'status' and 'eviction' are allowed`,
    ]),
    ['its node', { plural: 'nodes', object: node('n1', { 'kubernetes.io/hostname': 'n1', mine: 'x', 'kubelet.kubernetes.io/y': '' }) }, undefined],
    ['another node', { plural: 'nodes', object: node('n2') }, 'node "n1" is not allowed to modify node "n2"'],
    [
      'labels that are not its own',
      { plural: 'nodes', object: node('n1', { 'node-restriction.kubernetes.io/a': '', 'foo.k8s.io/b': '' }) },
      'node "n1" is not allowed to set the following labels: foo.k8s.io/b, node-restriction.kubernetes.io/a',
    ],
    [
      'its taints',
      { operation: 'UPDATE', plural: 'nodes', name: 'n1', object: node('n1'), oldObject: node('n1', {}, { taints: [{ key: 'a', effect: 'NoSchedule' }] }) },
      'node "n1" is not allowed to modify taints',
    ],
    [
      'a lease elsewhere',
      { group: 'coordination.k8s.io', plural: 'leases', object: { kind: 'Lease', metadata: { name: 'n1' } } },
      'can only access leases in the "kube-node-lease" system namespace',
    ],
    ['its lease', { group: 'coordination.k8s.io', plural: 'leases', namespace: 'kube-node-lease', object: { kind: 'Lease', metadata: { name: 'n1' } } }, undefined],
    ['a token of its pod', forToken(token({ apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: 'mine' })), undefined],
    ['a token bound to nothing', forToken(token(undefined)), 'node requested token not bound to a pod'],
    [
      'a token of another pod',
      forToken(token({ apiVersion: 'v1', kind: 'Pod', name: 'other', uid: 'other' })),
      'node requested token bound to a pod scheduled on a different node',
    ],
    [
      'a token for an audience that its pod does not name',
      forToken(token(ofPod('mine'), ['vault'])),
      'audience "vault" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
    ],
    [
      'a token for the API server of a pod that has none',
      forToken(token(ofPod('bare'))),
      'audience "" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
    ],
    ...['inline', 'claimed', 'ephemeral'].map((name): [string, PluginWrite, undefined] => [
      `a token for the driver of a volume: ${name}`, forToken(token(ofPod('mine'), [`of-${name}`])), undefined,
    ]),
    ['a token for two', forToken(token(ofPod('mine'), ['of-inline', 'of-claimed'])), 'node may only request 0 or 1 audiences'],
    [
      'owners of its node',
      {
        operation: 'UPDATE', plural: 'nodes', name: 'n1', oldObject: node('n1'),
        object: { kind: 'Node', metadata: { name: 'n1', uid: 'u1', ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'x' }] }, spec: {} },
      },
      'node "n1" is not allowed to modify ownerReferences',
    ],
    ['its slice', { group: 'resource.k8s.io', plural: 'resourceslices', object: slice('n1') }, undefined],
    ['a slice of another', { group: 'resource.k8s.io', plural: 'resourceslices', object: slice('n2') }, 'can only create ResourceSlice with the same NodeName as the requesting node'],
    [
      'deleting a slice of another',
      { operation: 'DELETE', group: 'resource.k8s.io', plural: 'resourceslices', name: 's', oldObject: slice('n2') },
      'can only delete ResourceSlice with the same NodeName as the requesting node',
    ],
    ['its certificate', signing('kubernetes.io/kubelet-serving', ofOwn), undefined],
    ['a certificate of a kubelet in another name', signing('kubernetes.io/kubelet-serving', ofOther), 'can only create a node CSR with CN=system:node:n1'],
    ['a client certificate in another name', signing('kubernetes.io/kube-apiserver-client-kubelet', ofOther), 'can only create a node CSR with CN=system:node:n1'],
    ['a certificate request that is none', signing('kubernetes.io/kubelet-serving', 'x'), 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST'],
    ['a certificate of another signer', signing('example.com/s', ofOther), undefined],
    ['a certificate for its pod', podCertificate(), undefined],
    [
      'a certificate for a pod of another',
      podCertificate({ podName: 'other', podUID: 'other' }),
      'pod "default/other" is not running on node "n1" named in the PodCertificateRequest',
    ],
    ['a certificate for another node', podCertificate({ nodeName: 'n2' }), 'PodCertificateRequest.Spec.NodeName="n2", which is not the requesting node "n1"'],
    ['a certificate for a mirror pod', podCertificate({ podName: 'file', podUID: 'file' }), 'pod "default/file" is a mirror pod'],
    [
      'a certificate for another account',
      podCertificate({ serviceAccountName: 'admin' }),
      'PodCertificateRequest for pod "default/mine" contains serviceAccountName ("admin") that differs from running pod ("sa")',
    ],
    [
      'how far a claim has grown',
      {
        operation: 'UPDATE', plural: 'persistentvolumeclaims', subresource: 'status', name: 'claim', oldObject: claim('claim', 'v1'),
        object: { ...claim('claim', 'v1'), status: { capacity: { storage: '2Gi' }, conditions: [], allocatedResources: { storage: '2Gi' } } },
      },
      undefined,
    ],
    [
      'another volume of a claim',
      { operation: 'UPDATE', plural: 'persistentvolumeclaims', subresource: 'status', name: 'claim', object: claim('claim', 'v2'), oldObject: claim('claim', 'v1') },
      'node "n1" is not allowed to update fields other than status.quantity and status.conditions',
    ],
    ['objects of others', { plural: 'configmaps', object: { kind: 'ConfigMap', metadata: { name: 'm' } } }, undefined],
  ])('lets a node write, or not: %s', async (_what, write, why) => {
    const { refusal } = await runPlugin(plugin, { ...write, user });
    expect(refusal?.slice(refusal.indexOf('forbidden: ') + 11)).toBe(why);
  });

  it('leaves others alone', async () => {
    const { refusal } = await runPlugin(plugin, { plural: 'nodes', object: node('n2'), user: { name: 'system:node:n1', groups: [] } });
    expect(refusal).toBeUndefined();
  });
});
