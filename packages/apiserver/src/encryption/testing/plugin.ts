import type { v2 } from '../../generated/kms';
import type { KmsClient } from '../kms/client';

/** A plugin that encrypts by flipping bits. */
export class Plugin implements KmsClient {
  keyId = 'key-1';
  healthz = 'ok';
  isDown = false;
  refusesToDecrypt = false;
  readonly calls = { encrypt: 0, decrypt: 0 };

  async status(): Promise<v2.StatusResponse> {
    await this.up();
    return { version: 'v2', healthz: this.healthz, keyId: this.keyId };
  }

  async encrypt(plaintext: Buffer): Promise<v2.EncryptResponse> {
    await this.up();
    this.calls.encrypt += 1;
    return { ciphertext: flip(plaintext), keyId: this.keyId, annotations: { 'plugin.example.com': Buffer.from('x') } };
  }

  async decrypt({ ciphertext }: Omit<v2.DecryptRequest, 'uid'>): Promise<v2.DecryptResponse> {
    await this.up();
    if (this.refusesToDecrypt) throw new Error('no such key');
    this.calls.decrypt += 1;
    return { plaintext: flip(ciphertext) };
  }

  close(): void {
    this.isDown = true;
  }

  private up(): Promise<void> {
    return this.isDown ? Promise.reject(new Error('connection refused')) : Promise.resolve();
  }
}

export function flip(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0xff));
}
