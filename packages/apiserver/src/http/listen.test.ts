import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { createServingCertificate } from '@typekube/component-base';
import { testCA } from '../testing';
import { SecureServer } from './listen';

const ONE_HOUR_MS = 3_600_000;
const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]);

/** What the server sees as one read, though TLS has it in several records. */
async function sendTogether(client: TLSSocket, wire: Wire, texts: readonly string[]): Promise<void> {
  wire.held = [];
  for (const text of texts) await new Promise((sent) => client.write(text, sent));
  const together = Buffer.concat(wire.held);
  wire.held = undefined;
  wire.socket.write(together);
}

/** A connection below TLS that can hold back what is sent. */
class Wire extends Duplex {
  held: Buffer[] | undefined;

  constructor(readonly socket: Socket) {
    super();
    socket.on('data', (bytes) => this.push(bytes));
  }

  override _read(): void {
    // What comes is pushed.
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.held) this.held.push(bytes);
    else this.socket.write(bytes);
    done();
  }
}

it('takes a body that comes apart from its head while the answer before is still being written', async () => {
  const { certificate: cert, key } = createServingCertificate(testCA, { commonName: 'server', hosts: ['127.0.0.1'] });
  const answer = Buffer.alloc(20_000_000);
  const server = await SecureServer.listen((request, response) => void request.resume().on('end', () => response.end(answer)), { address: '127.0.0.1', port: 0, cert, key });
  const wire = new Wire(connectTcp({ host: '127.0.0.1', port: server.port }));
  const client = connect({ socket: wire, rejectUnauthorized: false });
  await once(client, 'secureConnect');
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n';
  client.write(`${head}{}`);
  let received = 0;
  // A refusal would be short, and the end.
  const all = new Promise<void>((resolve) => {
    client.on('data', (bytes: Buffer) => (received += bytes.length) > 2 * answer.length && resolve());
    client.once('end', resolve);
  });
  await once(client, 'data');
  wire.socket.pause();
  await sendTogether(client, wire, [head, '{}']);
  wire.socket.resume();
  await all;
  expect(received).toBeGreaterThan(2 * answer.length);
  client.destroy();
  wire.socket.destroy();
  await server.close(ONE_HOUR_MS);
});

describe('a server that closes', () => {
  it.each([
    ['h2', PREFACE],
    ['http/1.1', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ])('waits for no client of %s that has had its answers and keeps the connection', async (protocol, request) => {
    const { certificate: cert, key } = createServingCertificate(testCA, { commonName: 'server', hosts: ['127.0.0.1'] });
    const server = await SecureServer.listen((_request, response) => void response.end('here'), { address: '127.0.0.1', port: 0, cert, key });
    const socket = connectTcp({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
    const client = connect({ socket, ALPNProtocols: [protocol], rejectUnauthorized: false });
    client.on('error', () => undefined);
    await once(client, 'secureConnect');
    client.write(request);
    await once(client, 'data');
    client.resume();
    await server.close(ONE_HOUR_MS);
    client.destroy();
    socket.destroy();
  });
});
