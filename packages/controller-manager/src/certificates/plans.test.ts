import type { CertificateSigningRequest } from '../shared/objects';
import { ago, NOW } from '../testing/workloads';
import type { CertificateRequest } from './certificate-request';
import { planCertificate } from './plan-certificate';
import { cleanupReason } from './plan-cleanup';
import { requestProblem, type SignerName, SIGNERS } from './plan-request';
import { planSigners, type SigningFiles } from './plan-signers';

const NODE: CertificateRequest = {
  commonName: 'system:node:n1',
  organizations: ['system:nodes'],
  names: [],
  subject: new Uint8Array(),
  publicKey: new Uint8Array(),
};
const client = ['digital signature', 'key encipherment', 'client auth'];
const server = ['digital signature', 'key encipherment', 'server auth'];
const dns: CertificateRequest['names'] = [{ type: 'dns', value: 'n1' }];

it.each<[SignerName, Partial<CertificateRequest>, string[], string | undefined]>([
  [SIGNERS.kubeletClient, {}, client, undefined],
  [SIGNERS.kubeletClient, {}, ['client auth', 'digital signature'], undefined],
  [SIGNERS.kubeletClient, { organizations: ['system:masters'] }, client, 'subject organization is not system:nodes'],
  [SIGNERS.kubeletClient, { organizations: ['system:nodes', 'system:masters'] }, client, 'subject organization is not system:nodes'],
  [SIGNERS.kubeletClient, { commonName: 'admin' }, client, 'subject common name does not begin with system:node:'],
  [SIGNERS.kubeletClient, { names: dns }, client, 'DNS subjectAltNames are not allowed'],
  [SIGNERS.kubeletClient, {}, server, 'usages did not match [client auth digital signature key encipherment]'],
  [SIGNERS.kubeletServing, { names: dns }, server, undefined],
  [SIGNERS.kubeletServing, {}, server, 'DNS or IP subjectAltName is required'],
  [SIGNERS.kubeletServing, { names: [...dns, { type: 'url', value: 'spiffe://a' }] }, server, 'URI subjectAltNames are not allowed'],
  [SIGNERS.kubeletServing, { names: dns }, [...server, 'client auth'], 'usages did not match [digital signature key encipherment server auth]'],
  [SIGNERS.client, { commonName: 'jane', organizations: [] }, ['client auth'], undefined],
  [SIGNERS.client, { commonName: 'jane' }, ['client auth', 'server auth'], 'invalid usage for client certificate: server auth'],
  [SIGNERS.client, { commonName: 'jane' }, ['digital signature'], 'missing required usage for client certificate: client auth'],
  [SIGNERS.legacyUnknown, { commonName: 'anything' }, ['cert sign'], undefined],
])('%s of %j for %j', (signer, request, usages, problem) => {
  expect(requestProblem(signer, { ...NODE, ...request }, usages)).toBe(problem);
});

const HOUR = 3_600_000;
const term = { usages: ['client auth', 'digital signature', 's/mime', 'email protection'], longestMilliseconds: 48 * HOUR, signerNotAfter: new Date(NOW + 480 * HOUR), now: NOW };

it.each<[string, Partial<typeof term> & { expirationSeconds?: number }, number]>([
  ['as long as may be, backdated as a whole', {}, 48 * HOUR - 300_000],
  ['as asked, and short ones not cut', { expirationSeconds: 3600 }, HOUR],
  ['not longer than may be', { expirationSeconds: 99_999_999 }, 48 * HOUR - 300_000],
  ['not shorter than ten minutes', { expirationSeconds: 1 }, 600_000],
  ['not longer than its signer', { signerNotAfter: new Date(NOW + HOUR) }, HOUR],
])('a certificate lasts %s', (_, of, expected) => {
  const { notBefore, notAfter } = planCertificate({ ...term, ...of });
  expect([notBefore.getTime() - NOW, notAfter.getTime() - NOW]).toEqual([-300_000, expected]);
});

it('says for what a certificate is good', () => {
  expect(planCertificate(term)).toMatchObject({ keyUsages: 1, extendedKeyUsages: ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4'] });
  expect(() => planCertificate({ ...term, usages: ['sleeping'] })).toThrow('unrecognized usage values: ["sleeping"]');
  expect(() => planCertificate({ ...term, signerNotAfter: new Date(NOW) })).toThrow('refusing to sign a certificate that expired in the past');
});

const none: SigningFiles = {
  clusterSigningCertFile: undefined,
  clusterSigningKeyFile: undefined,
  clusterSigningKubeletServingCertFile: undefined,
  clusterSigningKubeletServingKeyFile: undefined,
  clusterSigningKubeletClientCertFile: undefined,
  clusterSigningKubeletClientKeyFile: undefined,
  clusterSigningKubeApiserverClientCertFile: undefined,
  clusterSigningKubeApiserverClientKeyFile: undefined,
  clusterSigningLegacyUnknownCertFile: undefined,
  clusterSigningLegacyUnknownKeyFile: undefined,
};
const common = { clusterSigningCertFile: 'ca.crt', clusterSigningKeyFile: 'ca.key' };
const serving = { clusterSigningKubeletServingCertFile: 's.crt', clusterSigningKubeletServingKeyFile: 's.key' };

it('signs with one authority for all, or with each its own', () => {
  expect(planSigners(none)).toEqual([]);
  expect(planSigners({ ...none, clusterSigningCertFile: 'ca.crt' })).toEqual([]);
  expect(planSigners({ ...none, ...common }).map(({ signer, files }) => `${signer} ${files.certFile}`)).toEqual(Object.values(SIGNERS).map((signer) => `${signer} ca.crt`));
  expect(planSigners({ ...none, ...serving })).toEqual([{ signer: SIGNERS.kubeletServing, name: 'csrsigning-kubelet-serving', files: { certFile: 's.crt', keyFile: 's.key' } }]);
  expect(() => planSigners({ ...none, ...common, ...serving })).toThrow('cannot specify default and per controller certs at the same time');
  expect(() => planSigners({ ...none, clusterSigningLegacyUnknownKeyFile: 'l.key' })).toThrow('kubernetes.io/legacy-unknown');
});

const request = (age: number, conditions: readonly [type: string, age: number][], certificate?: string): CertificateSigningRequest => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name: 'r', creationTimestamp: ago(age) },
  spec: { request: '', signerName: SIGNERS.client },
  status: { conditions: conditions.map(([type, seconds]) => ({ type, status: 'True', lastUpdateTime: ago(seconds) })), ...(certificate && { certificate }) },
});

it.each<[string, CertificateSigningRequest, string | undefined]>([
  ['pending for a day', request(86_400, []), undefined],
  ['pending for longer', request(86_401, []), 'pending'],
  ['denied for an hour', request(9999, [['Denied', 3600]]), undefined],
  ['denied for longer', request(9999, [['Denied', 3601]]), 'denied'],
  ['failed for longer', request(9999, [['Approved', 3601], ['Failed', 3601]]), 'failed'],
  ['issued for longer', request(9999, [['Approved', 3601]], 'x'), 'issued'],
  ['approved for longer, but not issued', request(9999, [['Approved', 3601]]), undefined],
  ['approved for days, but not issued', request(99_999, [['Approved', 86_401]]), 'approved but not issued'],
])('a request that is %s', (_, of, reason) => {
  expect(cleanupReason(of, NOW)).toBe(reason);
});
