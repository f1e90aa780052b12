import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readIfThere, writeWhole } from './files';

/** Where a key that signs tokens lies, and its public half for those who verify. */
export interface SigningKeyPaths {
  readonly privateFile: string;
  readonly publicFile: string;
}

/** The private key in PEM. Where there is none, a new P-256 key is made and written, readable by its owner only, and its public half beside it. */
export async function loadOrCreateSigningKey({ privateFile, publicFile }: SigningKeyPaths): Promise<string> {
  const found = await readIfThere(privateFile);
  const text = found ?? generateSigningKey();
  if (found === undefined) await writeWhole(privateFile, text, 0o600);
  if ((await readIfThere(publicFile)) === undefined) {
    await writeWhole(publicFile, createPublicKey(createPrivateKey(text)).export({ type: 'spki', format: 'pem' }).toString(), 0o644);
  }
  return text;
}

/** A new P-256 private key in PEM. */
export function generateSigningKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
