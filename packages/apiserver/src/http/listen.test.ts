import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { createServingCertificate } from '@typekube/component-base';
import { testCA } from '../testing';
import { SecureServer } from './listen';

const ONE_HOUR_MS = 3_600_000;
const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]);

/** Sends many requests on one connection, each with its head and its body apart, as Python's and other clients do; prints how many were answered well. */
const CLIENT = `
const { connect } = require('node:tls');
const [port, answerLength] = process.argv.slice(1).map(Number);
const socket = connect({ port, rejectUnauthorized: false });
let [asked, good, text] = [0, 0, ''];
const ask = () => {
  text = '';
  if (asked++ === 2000) return socket.destroy(), console.log(good);
  socket.write('POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 2\\r\\n\\r\\n');
  socket.write('{}');
};
socket.on('secureConnect', ask).on('end', () => console.log(good)).on('data', (chunk) => {
  text += chunk.toString('latin1');
  if (text.length - text.indexOf('\\r\\n\\r\\n') - 4 < answerLength) return;
  good += text.startsWith('HTTP/1.1 200 ');
  ask();
});
`;

it('takes the body that comes apart from its head while the answer before is not wholly written', async () => {
  const { certificate: cert, key } = createServingCertificate(testCA, { commonName: 'server', hosts: ['127.0.0.1'] });
  const answer = Buffer.alloc(17_000);
  const server = await SecureServer.listen((request, response) => void request.resume().on('end', () => response.end(answer)), { address: '127.0.0.1', port: 0, cert, key });
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', CLIENT, String(server.port), String(answer.length)], { timeout: 60_000 });
  expect(stdout).toBe('2000\n');
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
