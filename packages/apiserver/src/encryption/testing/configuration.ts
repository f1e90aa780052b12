import { parseEncryptionConfig } from '../config';
import { Transformers } from '../transformers';

/** Where the secret of tests is stored, and what it is. */
export const PATH = '/registry/secrets/default/s';
export const TEXT = Buffer.from('{"kind":"Secret"}');

/** A key of a provider, of so many equal bytes. */
export const key = (name: string, byte: number, length = 32): string => `{name: ${name}, secret: ${Buffer.alloc(length, byte).toString('base64')}}`;
export const config = (...resources: string[]): string => `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [${resources.join(',')}]`;

const noKms = (): never => {
  throw new Error('there is no kms in this configuration');
};

export async function transformers(...resources: string[]): Promise<Transformers> {
  return new Transformers(await parseEncryptionConfig(config(...resources)), noKms);
}
