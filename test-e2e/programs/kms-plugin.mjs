// A key management plugin (KMS v2) of its own process: `node kms-plugin.mjs SOCKET KEY_ID [answer]`. It encrypts by what it makes of the key id, and reads what any of its keys has written.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { Server, ServerCredentials } = require('@grpc/grpc-js');
const { v2 } = require(join(import.meta.dirname, '../../packages/apiserver/dist/generated/kms.js'));
const [socket, keyId, answer] = process.argv.slice(2);
const turn = (bytes, key) => {
  const pad = createHash('sha512').update(key).digest();
  return Buffer.from(bytes.map((byte, i) => byte ^ pad[i % pad.length]));
};
const server = new Server();
server.addService(v2.KeyManagementService, {
  Status: (_call, done) => {
    if (answer !== 'silent') done(null, { version: 'v2', healthz: answer === 'unwell' ? 'out of order' : 'ok', keyId });
  },
  Encrypt: ({ request }, done) => done(null, { ciphertext: turn(request.plaintext, keyId), keyId, annotations: {} }),
  Decrypt: ({ request }, done) => done(null, { plaintext: turn(request.ciphertext, request.keyId) }),
});
server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  process.stdout.write('plugin listens\n');
});
