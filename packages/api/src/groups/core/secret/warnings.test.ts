import { generateKeyPairSync } from 'node:crypto';
import type { corev1 } from '../../../types';
import { secretWarnings } from './warnings';

/** A self-signed P-256 certificate of no use, valid until 2120, and its key. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUfJ36ifYB7YXPGOwpWdfztCClAfQwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjEyMjA5MzZaGA8yMTE5MTIyNDIyMDkz
NlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLW3
/GJhxKPurNKOaq0BdaWLAzqV4/UPdUcjU0KF4SonjnON/rIQTD09V2mse0YZzjqz
HuP6dDEuZgV/1AObDG+jUzBRMB0GA1UdDgQWBBTeDZUHciepJMJHQ/Ag9SKVPWSO
ljAfBgNVHSMEGDAWgBTeDZUHciepJMJHQ/Ag9SKVPWSOljAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0cAMEQCIH9oDFPvfdf0LcOYUYJZvoyx+7LVqtODIs9j
QgwYHKyGAiBjuydBMWWo3MeMW2kRuHpkqBNcxE6uKQ/HyHAivop21Q==
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIpueYjIyNg0sS2/a
s6mn1CGAam+WdAylIoxoZdoYCBKhRANCAAS1t/xiYcSj7qzSjmqtAXWliwM6leP1
D3VHI1NCheEqJ45zjf6yEEw9PVdprHtGGc46sx7j+nQxLmYFf9QDmwxv
-----END PRIVATE KEY-----
`;

const tls = (certificate: string, key: string): corev1.Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'a' },
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': Buffer.from(certificate).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') },
});
const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

it.each<[string, corev1.Secret, string[]]>([
  ['a pair', tls(CERTIFICATE, KEY), []],
  ['another key', tls(CERTIFICATE, otherKey), ['tls: private key does not match public key']],
  ['no certificate', tls('', KEY), ['tls: failed to find any PEM data in certificate input']],
  ['no key', tls(CERTIFICATE, 'x'), ['tls: failed to find any PEM data in key input']],
  [
    'a certificate as key',
    tls(CERTIFICATE, CERTIFICATE),
    ['tls: found a certificate rather than a key in the PEM for the private key'],
  ],
  [
    'a key as certificate',
    tls(KEY, KEY),
    [
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
  ],
  ['a broken certificate', tls(CERTIFICATE.replace(/\n.{8}/, '\nAAAAAAAA'), KEY), ['x509: malformed certificate']],
  ['another type', { ...tls('', ''), type: 'Opaque' }, []],
])('of %s', (_, secret, warnings) => {
  expect(secretWarnings(secret)).toEqual(warnings);
});
