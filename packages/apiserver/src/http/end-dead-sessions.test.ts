import { once } from 'node:events';
import { connect, createServer, type Http2Server, type Http2Session } from 'node:http2';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { endWhenDead } from './end-dead-sessions';

describe('a quiet connection of HTTP/2', () => {
  let server: Http2Server;
  let session: Promise<Http2Session>;

  beforeEach(async () => {
    server = createServer((_request, response) => void response.end('here'));
    session = new Promise((resolve) => server.once('session', resolve));
    server.on('session', (each) => endWhenDead(each, { quietMs: 10, answerMs: 1000 }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  it('stays as long as its client answers', async () => {
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    for (let pings = 0; pings < 3; pings++) await once(client, 'ping');
    const stream = client.request({ ':path': '/' });
    const [headers] = await once(stream.resume(), 'response');
    expect(headers[':status']).toBe(200);
    client.destroy();
    await once(await session, 'close');
  });

  it('ends when its client has broken the protocol, which node does not tell', async () => {
    const socket = connectTcp({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    const dataOfNoStream = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings, dataOfNoStream]));
    socket.resume();
    const given = await session;
    if (!given.destroyed) await once(given, 'close');
    expect(given.destroyed).toBe(true);
    socket.destroy();
  });
});
