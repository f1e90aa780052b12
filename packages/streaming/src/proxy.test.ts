import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { proxyUpgrade } from './proxy';

/** A server, and both ends of a connection to it. */
async function pair(): Promise<{ server: Server; client: Socket; accepted: Socket; url: URL }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  return { server, client, accepted, url: new URL(`http://127.0.0.1:${port}/exec`) };
}

const requestOf = (socket: Socket): IncomingMessage => Object.assign(new IncomingMessage(socket), { method: 'POST', rawHeaders: [], headers: {} });

describe('a connection that is passed on', () => {
  it('is not begun for a client who has gone while the server was dialled', async () => {
    const [front, back] = [await pair(), await pair()];
    const codes: number[] = [];
    const received: string[] = [];
    const dialled = once(back.server, 'connection').then(async (given) => {
      const [socket] = given as [Socket];
      socket.on('data', (bytes: Buffer) => received.push(bytes.toString()));
      await once(socket, 'close');
    });
    const passing = proxyUpgrade({ request: requestOf(front.accepted), socket: front.accepted, head: Buffer.alloc(0) }, { url: back.url, onAnswer: (code) => codes.push(code) });
    front.accepted.destroy();
    await passing;
    await dialled;
    expect([codes, received]).toEqual([[], []]);
    for (const { server, client } of [front, back]) {
      client.destroy();
      server.close();
    }
  });

  it('is refused with 502 where the server takes it but never speaks TLS', async () => {
    const [front, back] = [await pair(), await pair()];
    const dialled = once(back.server, 'connection');
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    try {
      const codes: number[] = [];
      const url = new URL(back.url.href.replace('http:', 'https:'));
      const passing = proxyUpgrade({ request: requestOf(front.accepted), socket: front.accepted, head: Buffer.alloc(0) }, { url, onAnswer: (code) => codes.push(code) });
      await dialled;
      const answer = once(front.client, 'data');
      jest.advanceTimersByTime(30_000);
      await passing;
      expect([codes, String(await answer)]).toEqual([[502], expect.stringContaining('i/o timeout')]);
    } finally {
      jest.useRealTimers();
      for (const { server, client } of [front, back]) {
        client.destroy();
        server.close();
      }
    }
  });
});
