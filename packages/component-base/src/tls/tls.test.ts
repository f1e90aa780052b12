import 'reflect-metadata';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { FakeClock } from '../testing';
import { createCertificateAuthority, createClientCertificate, createServingCertificate, isPair } from './certificate';
import { loadOrCreateKeyPair, readKeyPair } from './files';
import { certificateIdentity } from './identity';
import { reloadKeyPair } from './reload';
import { loadOrCreateSigningKey } from './signing-key';

const authority = createCertificateAuthority({ commonName: 'kubernetes' });
const now = new Date('2024-05-06T07:08:09Z');

describe('certificates', () => {
  it('make an authority', () => {
    const certificate = new X509Certificate(authority.certificate);
    expect([certificate.ca, certificate.subject, certificate.verify(certificate.publicKey)]).toEqual([true, 'CN=kubernetes', true]);
    expect(isPair(authority)).toBe(true);
    expect(authority.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });

  it('name the hosts of a server', () => {
    const hosts = ['localhost', 'kubernetes.default.svc', '10.96.0.1', '::1', '2001:db8::ff'];
    const pair = createServingCertificate(authority, { commonName: 'kube-apiserver', hosts, now, days: 30 });
    const certificate = new X509Certificate(pair.certificate);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, DNS:kubernetes.default.svc, IP Address:10.96.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:0:FF',
    );
    expect([certificate.checkHost('localhost'), certificate.checkIP('10.96.0.1'), certificate.checkIP('2001:db8::ff')]).not.toContain(undefined);
    expect(certificate.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect([certificate.validFrom, certificate.validTo]).toEqual(['May  6 07:03:09 2024 GMT', 'Jun  5 07:08:09 2024 GMT']);
    expect(certificate.ca).toBe(false);
  });

  it('are what another library understands by them', async () => {
    const pair = createClientCertificate(authority, { subject: { commonName: 'admin', organizations: ['system:masters', 'devs'] }, now, days: 36500 });
    const parsed = new x509.X509Certificate(pair.certificate);
    const issuer = new x509.X509Certificate(authority.certificate);
    expect(parsed.subject).toBe('O=system:masters, O=devs, CN=admin');
    expect(await parsed.verify({ publicKey: issuer.publicKey, date: now })).toBe(true);
    expect(parsed.getExtension(x509.KeyUsagesExtension)?.usages).toBe(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment);
    expect(issuer.getExtension(x509.KeyUsagesExtension)?.usages).toBe(
      x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment | x509.KeyUsageFlags.keyCertSign,
    );
    expect(parsed.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(parsed.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(issuer.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId);
    expect(parsed.notAfter).toEqual(new Date('2124-04-12T07:08:09Z'));
  });

  it('let a client and a server know each other', async () => {
    const server = createServingCertificate(authority, { commonName: 'server', hosts: ['127.0.0.1'] });
    const client = createClientCertificate(authority, { subject: { commonName: 'jane', organizations: ['devs'] } });
    const listener = createServer({ cert: server.certificate, key: server.key, ca: authority.certificate, requestCert: true, minVersion: 'TLSv1.3' });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const accepted = new Promise<TLSSocket>((resolve) => listener.once('secureConnection', resolve));
    const socket = connect({ port, host: '127.0.0.1', ca: authority.certificate, cert: client.certificate, key: client.key });
    const peer = await accepted;
    const certificate = peer.getPeerX509Certificate();
    expect(peer.authorized).toBe(true);
    expect(certificate && certificateIdentity(certificate)).toMatchObject({ commonName: 'jane', organizations: ['devs'] });
    socket.destroy();
    peer.destroy();
    await new Promise((resolve) => listener.close(resolve));
  });
});

describe('certificateIdentity', () => {
  it('reads names as they are, whatever they hold', () => {
    const organizations = ['a,b=c', 'ü "quoted"'];
    const { certificate } = createClientCertificate(authority, { subject: { commonName: 'system:node:x+y', organizations }, now });
    expect(certificateIdentity(certificate)).toEqual({
      commonName: 'system:node:x+y',
      organizations,
      notBefore: new Date('2024-05-06T07:03:09Z'),
      notAfter: new Date('2025-05-06T07:08:09Z'),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(certificateIdentity(authority.certificate).organizations).toEqual([]);
    expect(() => certificateIdentity('none')).toThrow();
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'tls-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('are made once, the key and the folder for their owner only', async () => {
    const paths = { certFile: join(folder, 'pki', 'a.crt'), keyFile: join(folder, 'pki', 'a.key') };
    expect(await readKeyPair(paths)).toBeUndefined();
    const first = await loadOrCreateKeyPair(paths, () => authority);
    const second = await loadOrCreateKeyPair(paths, () => createCertificateAuthority({ commonName: 'other' }));
    expect([first, second]).toEqual([authority, authority]);
    expect((await stat(paths.keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'pki'))).mode & 0o777).toBe(0o700);
    expect((await readdir(join(folder, 'pki'))).sort()).toEqual(['a.crt', 'a.key']);
  });

  it('a key for tokens is made once, the private half for its owner only', async () => {
    const paths = { privateFile: join(folder, 'pki', 'sa.key'), publicFile: join(folder, 'pki', 'sa.pub') };
    const first = await loadOrCreateSigningKey(paths);
    expect(await loadOrCreateSigningKey(paths)).toBe(first);
    expect((await stat(paths.privateFile)).mode & 0o777).toBe(0o600);
    expect(createPublicKey(await readFile(paths.publicFile)).equals(createPublicKey(first))).toBe(true);
  });

  it('are read again when they change, but not while they do not fit', async () => {
    const paths = { certFile: join(folder, 'a.crt'), keyFile: join(folder, 'a.key') };
    await loadOrCreateKeyPair(paths, () => authority);
    const clock = new FakeClock();
    const stop = new AbortController();
    const other = createCertificateAuthority({ commonName: 'other' });
    const changes: string[] = [];
    const errors: unknown[] = [];
    const look = async (): Promise<void> => {
      while (!clock.waiting) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(60_000);
      while (!clock.waiting) await new Promise((resolve) => setImmediate(resolve));
    };
    const reloading = reloadKeyPair(paths, ({ certificate }) => changes.push(certificate), {
      signal: stop.signal,
      clock,
      onError: (error) => errors.push(error),
    });
    await look();
    await writeFile(paths.certFile, other.certificate);
    await look();
    expect(changes).toEqual([]);
    await writeFile(paths.keyFile, other.key);
    await look();
    expect(changes).toEqual([await readFile(paths.certFile, 'utf8')]);
    await rm(paths.keyFile);
    await look();
    expect(errors).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
    stop.abort();
    await expect(reloading).resolves.toBeUndefined();
  });
});
