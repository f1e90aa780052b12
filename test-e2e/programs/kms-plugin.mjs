// A key management plugin (KMS v2) of its own process: `node kms-plugin.mjs SOCKET KEY_ID [answer]`. It encrypts by flipping bits.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { Server, ServerCredentials } = require('@grpc/grpc-js');
const { v2 } = require(join(import.meta.dirname, '../../packages/apiserver/dist/generated/kms.js'));
const [socket, keyId, answer] = process.argv.slice(2);
const flip = (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0xff));
const server = new Server();
server.addService(v2.KeyManagementService, {
  Status: (_call, done) => {
    if (answer !== 'silent') done(null, { version: 'v2', healthz: answer === 'garbage' ? '\u0000?' : 'ok', keyId });
  },
  Encrypt: ({ request }, done) => done(null, { ciphertext: flip(request.plaintext), keyId, annotations: {} }),
  Decrypt: ({ request }, done) => done(null, { plaintext: flip(request.ciphertext) }),
});
server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  process.stdout.write('plugin listens\n');
});
