import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readIfThere, writeWhole } from './files';

/** Where a key that signs tokens lies, and its public half for those who verify. */
export interface SigningKeyPaths {
  readonly privateFile: string;
  readonly publicFile: string;
}

/** The private key in PEM. Where there is none, a new P-256 key is made and written, readable by its owner only, and its public half beside it. */
export async function loadOrCreateSigningKey({ privateFile, publicFile }: SigningKeyPaths): Promise<string> {
  const found = await readIfThere(privateFile);
  const privateKey = found === undefined ? newKey() : createPrivateKey(found);
  const text = found ?? toPem(privateKey);
  if (found === undefined) await writeWhole(privateFile, text, 0o600);
  if ((await readIfThere(publicFile)) === undefined) {
    await writeWhole(publicFile, createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(), 0o644);
  }
  return text;
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
