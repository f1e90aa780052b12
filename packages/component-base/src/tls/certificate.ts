import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import {
  bitString,
  boolean,
  contextTag,
  objectIdentifier,
  octetString,
  positiveInteger,
  sequence,
  set,
  time,
  utf8String,
} from './der';

/** A certificate and its private key, both PEM. The key is PKCS #8. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Subject {
  readonly commonName: string;
  /** Groups of a client, as Kubernetes reads them. */
  readonly organizations?: readonly string[];
}

/** From when and until when, or how many days from now. Certificates begin some time earlier, for clocks that are behind. */
export interface Validity {
  readonly days?: number;
  readonly now?: Date;
}

export interface CertificateAuthorityOptions extends Validity {
  readonly commonName: string;
}

export interface ServingCertificateOptions extends Validity {
  readonly commonName: string;
  /** Host names and IP addresses that clients may call it by. */
  readonly hosts: readonly string[];
}

export interface ClientCertificateOptions extends Validity {
  readonly subject: Subject;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};

// Key usage bits, from the highest of the first byte.
const DIGITAL_SIGNATURE = 0x80;
const KEY_ENCIPHERMENT = 0x20;
const CERT_SIGN = 0x04;

const BACKDATE_MILLISECONDS = 5 * 60 * 1000;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const CA_DAYS = 3650;
const LEAF_DAYS = 365;

/** Makes a certificate authority with a new P-256 key. Takes some milliseconds: it needs no library. */
export function createCertificateAuthority({ commonName, days = CA_DAYS, now }: CertificateAuthorityOptions): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = distinguishedName({ commonName });
  const content = { issuer: name, subject: name, publicKey, validity: { days, now }, extensions: authorityExtensions(publicKey) };
  return { certificate: signCertificate(content, privateKey), key: toPem(privateKey) };
}

/** Certifies another authority's name and key: whoever trusts `authority` then trusts what that one signs. */
export function certifyAuthority(authority: KeyPair, certificate: string, { days = CA_DAYS, now }: Validity = {}): string {
  const issuer = subjectBytes(new X509Certificate(authority.certificate));
  const certified = new X509Certificate(certificate);
  const { publicKey } = certified;
  const content = { issuer, subject: subjectBytes(certified), publicKey, validity: { days, now }, extensions: authorityExtensions(publicKey) };
  return signCertificate(content, createPrivateKey(authority.key));
}

function authorityExtensions(publicKey: KeyObject): Buffer[] {
  return [
    extension(OID.keyUsage, true, keyUsage(DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | CERT_SIGN)),
    extension(OID.basicConstraints, true, sequence(boolean(true))),
    extension(OID.subjectKeyIdentifier, false, octetString(keyIdentifier(publicKey))),
  ];
}

/** Makes a server's certificate, signed by the authority. */
export function createServingCertificate(authority: KeyPair, options: ServingCertificateOptions): KeyPair {
  const names = extension(OID.subjectAltName, false, sequence(...options.hosts.map(generalName)));
  const subject: Subject = { commonName: options.commonName };
  return issue(authority, { subject, purpose: OID.serverAuth, validity: options, extensions: [names] });
}

/** Makes a client's certificate, signed by the authority: the common name is the user, the organizations are its groups. */
export function createClientCertificate(authority: KeyPair, options: ClientCertificateOptions): KeyPair {
  return issue(authority, { subject: options.subject, purpose: OID.clientAuth, validity: options, extensions: [] });
}

interface LeafOptions {
  readonly subject: Subject;
  readonly purpose: string;
  readonly validity: Validity;
  readonly extensions: readonly Buffer[];
}

function issue(authority: KeyPair, { subject, purpose, validity, extensions }: LeafOptions): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = new X509Certificate(authority.certificate);
  const identifier = contextTag(0, keyIdentifier(issuer.publicKey), false);
  const certificate = signCertificate(
    {
      issuer: subjectBytes(issuer),
      subject: distinguishedName(subject),
      publicKey,
      validity: { days: validity.days ?? LEAF_DAYS, now: validity.now },
      extensions: [
        extension(OID.keyUsage, true, keyUsage(DIGITAL_SIGNATURE | KEY_ENCIPHERMENT)),
        extension(OID.extendedKeyUsage, false, sequence(objectIdentifier(purpose))),
        extension(OID.basicConstraints, true, sequence()),
        extension(OID.authorityKeyIdentifier, false, sequence(identifier)),
        ...extensions,
      ],
    },
    createPrivateKey(authority.key),
  );
  return { certificate, key: toPem(privateKey) };
}

interface CertificateContent {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly validity: { readonly days: number; readonly now: Date | undefined };
  readonly extensions: readonly Buffer[];
}

function signCertificate(content: CertificateContent, signingKey: KeyObject): string {
  const { days, now = new Date() } = content.validity;
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  const body = sequence(
    contextTag(0, positiveInteger(Buffer.of(2)), true),
    serialNumber(),
    algorithm,
    content.issuer,
    sequence(time(new Date(now.getTime() - BACKDATE_MILLISECONDS)), time(new Date(now.getTime() + days * DAY_MILLISECONDS))),
    content.subject,
    content.publicKey.export({ type: 'spki', format: 'der' }),
    contextTag(3, sequence(...content.extensions), true),
  );
  const certificate = sequence(body, algorithm, bitString(sign('sha256', body, signingKey)));
  return new X509Certificate(certificate).toString();
}

/** 63 random bits, never zero. */
function serialNumber(): Buffer {
  const bytes = randomBytes(8);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return positiveInteger(bytes);
}

function distinguishedName({ commonName, organizations = [] }: Subject): Buffer {
  const attribute = (oid: string, value: string): Buffer => set(sequence(objectIdentifier(oid), utf8String(value)));
  const groups = organizations.map((organization) => attribute(OID.organization, organization));
  return sequence(...groups, attribute(OID.commonName, commonName));
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

function keyUsage(bits: number): Buffer {
  const unused = Math.clz32(bits & -bits) ^ 31;
  return bitString(Buffer.of(bits), unused);
}

/** An alternative name: 2 is a DNS name, 7 an address. */
function generalName(host: string): Buffer {
  if (isIPv4(host)) return contextTag(7, Buffer.from(host.split('.').map(Number)), false);
  // Node's test of it is a pattern that takes ten milliseconds to compile, and names have no colons.
  if (host.includes(':') && isIPv6(host)) return contextTag(7, ipv6Bytes(host), false);
  return contextTag(2, Buffer.from(host, 'ascii'), false);
}

/** The bytes of an address that is known to be good: the URL parser writes it out in hexadecimal, zeros shortened to `::`. */
function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text ? text.split(':') : []);
  const before = groups(head);
  const after = groups(tail ?? '');
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Buffer.concat(all.map((group) => Buffer.from(group.padStart(4, '0'), 'hex')));
}

/** The SHA-1 of the key's bits, as RFC 5280 suggests: they are the last 65 bytes of a P-256 key's DER. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const bits = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
  return createHash('sha1').update(bits).digest();
}

/** The subject of a certificate exactly as it stands in it, for the issuer field of those it signs. */
function subjectBytes(certificate: X509Certificate): Buffer {
  const { raw } = certificate;
  let offset = contentStart(raw, contentStart(raw, 0));
  // version, serial number, algorithm, issuer and validity come before the subject
  for (let i = 0; i < 5; i++) offset = elementEnd(raw, offset);
  return raw.subarray(offset, elementEnd(raw, offset));
}

function contentStart(der: Buffer, offset: number): number {
  const first = der.readUInt8(offset + 1);
  return offset + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

function elementEnd(der: Buffer, offset: number): number {
  const first = der.readUInt8(offset + 1);
  const size = first < 0x80 ? first : der.readUIntBE(offset + 2, first & 0x7f);
  return contentStart(der, offset) + size;
}

function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Whether the key belongs to the certificate. */
export function isPair({ certificate, key }: KeyPair): boolean {
  const fromKey = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
  return new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }).equals(fromKey);
}
