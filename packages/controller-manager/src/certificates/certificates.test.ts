import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { certificatesv1 } from '@typekube/api';
import { certificateSigningRequests } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { createCertificateAuthority, type KeyPair, writeKeyPair } from '@typekube/component-base';
import { certificateRequest } from '../testing/certificate-requests';
import { TestCluster } from '../testing/test-cluster';

describe('certificate signing requests', () => {
  let cluster: TestCluster;
  let authority: KeyPair;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signing-'));
    authority = createCertificateAuthority({ commonName: 'ca' });
    const files = { certFile: join(folder, 'ca.crt'), keyFile: join(folder, 'ca.key') };
    await writeKeyPair(files, authority);
    cluster = await TestCluster.start([`--cluster-signing-cert-file=${files.certFile}`, `--cluster-signing-key-file=${files.keyFile}`, '--cluster-signing-duration=1h']);
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const create = async (name: string, subject: string, spec: Omit<certificatesv1.CertificateSigningRequestSpec, 'request'>): Promise<void> => {
    const { request } = await certificateRequest(subject, []);
    await cluster.client.for(certificateSigningRequests).create({ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name }, spec: { ...spec, request } });
  };
  const statusOf = async (name: string) => (await cluster.client.for(certificateSigningRequests).get(name)).status ?? {};
  const client = ['digital signature', 'key encipherment', 'client auth'];

  it('signs what somebody approves, and nothing before', async () => {
    await create('jane', 'CN=jane,O=dev', { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] });
    await create('john', 'CN=john', { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] });
    await create('foreign', 'CN=f', { signerName: 'example.com/other', usages: ['client auth'] });
    await cluster.kubectl('certificate approve jane foreign');
    await cluster.kubectl('certificate deny john');
    await eventually(async () => (await statusOf('jane')).certificate !== undefined);
    const issued = new X509Certificate(Buffer.from((await statusOf('jane')).certificate ?? '', 'base64'));
    expect(issued.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(Date.parse(issued.validTo) - Date.parse(issued.validFrom)).toBe(3_900_000);
    expect(await cluster.kubectl('get csr jane --no-headers')).toMatch(/Approved,Issued$/);
    expect([await statusOf('john'), await statusOf('foreign')].map(({ certificate }) => certificate)).toEqual([undefined, undefined]);
  });

  it('says why it will never sign', async () => {
    await create('wrong', 'CN=system:node:n1', { signerName: 'kubernetes.io/kubelet-serving', usages: ['server auth'] });
    await cluster.kubectl('certificate approve wrong');
    await eventually(async () => (await statusOf('wrong')).conditions?.length === 2);
    expect((await statusOf('wrong')).conditions?.[1]).toMatchObject({ type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: 'subject organization is not system:nodes' });
  });

  it('approves and signs the client certificate of a kubelet whose user may have it', async () => {
    await create('node', 'O=system:nodes,CN=system:node:n1', { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: client });
    await eventually(async () => (await statusOf('node')).certificate !== undefined);
    expect((await statusOf('node')).conditions).toMatchObject([{ type: 'Approved', reason: 'AutoApproved', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' }]);
  });
});
