import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { corev1 } from '../../../types';

interface PemBlock {
  readonly type: string;
  readonly text: string;
}

const PEM_BLOCK = /-----BEGIN ([^-\n]+)-----\r?\n[\s\S]*?-----END \1-----/g;

/** A TLS secret whose key does not fit its certificate is taken, with a warning in the words of Go's tls.X509KeyPair. */
export function secretWarnings({ type, data }: corev1.Secret): string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const problem = keyPairProblem(decode(data?.['tls.crt']), decode(data?.['tls.key']));
  return problem === undefined ? [] : [problem];
}

function keyPairProblem(certificateText: string, keyText: string): string | undefined {
  const inputs = pemBlocks(certificateText);
  const certificateBlock = inputs.find(({ type }) => type === 'CERTIFICATE');
  if (!certificateBlock) return missingCertificate(inputs);
  const keyInputs = pemBlocks(keyText);
  const keyBlock = keyInputs.find(({ type }) => isKeyType(type));
  if (!keyBlock) return missingKey(keyInputs);
  const certificate = parse(() => new X509Certificate(certificateBlock.text));
  if (!certificate) return 'x509: malformed certificate';
  const key = parse<KeyObject>(() => createPrivateKey(keyBlock.text));
  if (!key) return 'tls: failed to parse private key';
  return certificate.checkPrivateKey(key) ? undefined : 'tls: private key does not match public key';
}

function missingCertificate(blocks: readonly PemBlock[]): string {
  const types = blocks.map(({ type }) => type);
  if (types.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (types.length === 1 && types[0]?.endsWith('PRIVATE KEY')) {
    return (
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; ' +
      'PEM inputs may have been switched'
    );
  }
  return (
    'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ' +
    `[${types.join(' ')}]`
  );
}

function missingKey(blocks: readonly PemBlock[]): string {
  const types = blocks.map(({ type }) => type);
  if (types.length === 0) return 'tls: failed to find any PEM data in key input';
  if (types.length === 1 && types[0] === 'CERTIFICATE')
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  return (
    'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping ' +
    `PEM blocks of the following types: [${types.join(' ')}]`
  );
}

function isKeyType(type: string): boolean {
  return type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
}

function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(PEM_BLOCK)].map(([block, type = '']) => ({ type, text: block }));
}

/** Undefined for what the crypto library cannot read: any content may be in a secret. */
function parse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function decode(value: string | undefined): string {
  return Buffer.from(value ?? '', 'base64').toString();
}
