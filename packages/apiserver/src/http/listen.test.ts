import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { createServingCertificate } from '@typekube/component-base';
import { testCA } from '../testing';
import { SecureServer } from './listen';

const ONE_HOUR_MS = 3_600_000;
const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]);

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
