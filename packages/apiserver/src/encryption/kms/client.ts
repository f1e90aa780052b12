import type { Method } from '../../generated/kms';
import { v2 } from '../../generated/kms';

/** The calls of a key management plugin. Each has a time limit. */
export interface KmsClient {
  status(): Promise<v2.StatusResponse>;
  encrypt(plaintext: Buffer, uid: string): Promise<v2.EncryptResponse>;
  decrypt(request: Omit<v2.DecryptRequest, 'uid'>, uid: string): Promise<v2.DecryptResponse>;
  close(): void;
}

/** Told of each call: its path, how long it took, and gRPC's code where it failed. */
export type OnCall = (method: string, seconds: number, code?: number) => void;

/** Connects to a plugin's Unix socket (`unix:///path`, or `unix://@name` for an abstract one) when first used, and again when lost. */
export function openKmsClient(endpoint: string, timeoutMs: number, onCall: OnCall = () => undefined): KmsClient {
  // Loaded only where there is a plugin: it takes as long as a good part of a start.
  const { Client, credentials } = require('@grpc/grpc-js') as typeof import('@grpc/grpc-js');
  const address = endpoint.startsWith('unix://@') ? `unix-abstract:${endpoint.slice('unix://@'.length)}` : endpoint;
  const client = new Client(address, credentials.createInsecure(), { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 3000 });
  const call = <Q, P>({ path, requestSerialize, responseDeserialize }: Method<Q, unknown, never, P>, request: Q): Promise<P> =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, { deadline: Date.now() + timeoutMs }, (error, response) => {
        onCall(path, (performance.now() - started) / 1000, error?.code);
        if (error) reject(error);
        else if (response === undefined) reject(new Error(`${path} answered nothing`));
        else resolve(response);
      });
    });
  const { Status, Encrypt, Decrypt } = v2.KeyManagementService;
  return {
    status: () => call(Status, {}),
    encrypt: (plaintext, uid) => call(Encrypt, { plaintext, uid }),
    decrypt: ({ ciphertext, keyId, annotations }, uid) => call(Decrypt, { ciphertext, keyId, annotations, uid }),
    close: () => client.close(),
  };
}
