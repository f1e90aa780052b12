import 'reflect-metadata';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { createCertificateAuthority, type KeyPair } from '@typekube/component-base';
import { certificateRequest } from '../testing/certificate-requests';
import { cleanupReason } from './plan-cleanup';
import { parseCertificateRequest } from './certificate-request';
import { issueCertificate } from './issue';
import { planCertificate } from './plan-certificate';

const now = Date.now();
const plan = planCertificate({ usages: ['digital signature', 'server auth'], longestMilliseconds: 3_600_000, signerNotAfter: new Date(now + 1e9), now });

/** An authority as openssl would make one, with its key in the older form. */
async function rsaAuthority(): Promise<KeyPair> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const signing = await crypto.subtle.importKey('pkcs8', privateKey.export({ type: 'pkcs8', format: 'der' }), algorithm, true, ['sign']);
  const jwk = privateKey.export({ format: 'jwk' });
  const verifying = await crypto.subtle.importKey('jwk', { kty: 'RSA', ...(jwk.n && { n: jwk.n }), ...(jwk.e && { e: jwk.e }) }, algorithm, true, ['verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=rsa',
    keys: { privateKey: signing, publicKey: verifying },
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return { certificate: certificate.toString('pem'), key: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };
}

it.each<[string, () => Promise<KeyPair>]>([
  ['P-256', async () => createCertificateAuthority({ commonName: 'ca' })],
  ['RSA', rsaAuthority],
])('issues what the request asks for, signed by an authority with a key of %s', async (_, makeAuthority) => {
  const authority = await makeAuthority();
  const { request, publicKey } = await certificateRequest('O=system:nodes,CN=system:node:n1', [{ type: 'dns', value: 'n1' }, { type: 'ip', value: '192.0.2.1' }, { type: 'ip', value: '2001:db8::1' }]);
  const parsed = await parseCertificateRequest(request);
  expect(parsed).toMatchObject({ commonName: 'system:node:n1', organizations: ['system:nodes'] });
  const pem = await issueCertificate(authority, parsed, plan);
  const issued = new X509Certificate(pem);
  const issuer = new X509Certificate(authority.certificate);
  expect(issued.checkIssued(issuer)).toBe(true);
  expect(issued.verify(issuer.publicKey)).toBe(true);
  expect(issued.publicKey.export({ type: 'spki', format: 'der' }).equals(publicKey)).toBe(true);
  expect([issued.subject, issued.subjectAltName, issued.keyUsage, issued.ca]).toEqual([
    'O=system:nodes\nCN=system:node:n1',
    'DNS:n1, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1',
    ['1.3.6.1.5.5.7.3.1'],
    false,
  ]);
  expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]*-----END CERTIFICATE-----\n$/);
  const status = { conditions: [{ type: 'Approved', status: 'True' }], certificate: Buffer.from(pem).toString('base64') };
  const object = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: {}, spec: { request, signerName: 's' }, status } as const;
  expect([cleanupReason(object, now), cleanupReason(object, now + 3_700_000)]).toEqual([undefined, 'expired']);
});

it('refuses a request that its key has not signed', async () => {
  const [one, other] = [await certificateRequest('CN=a', []), await certificateRequest('CN=a', [])];
  const bytes = (text: string): Buffer => Buffer.from(Buffer.from(text, 'base64').toString().replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const [a, b] = [bytes(one.request), bytes(other.request)];
  const length = Math.min(a.length, b.length);
  const forged = Buffer.concat([a.subarray(0, length - 30), b.subarray(b.length - (a.length - length + 30))]);
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${forged.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  await expect(parseCertificateRequest(Buffer.from(pem).toString('base64'))).rejects.toThrow('unable to verify certificate request signature');
});
