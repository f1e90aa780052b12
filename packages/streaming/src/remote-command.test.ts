import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Duplex, PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createWebSocketStream, WebSocket } from 'ws';
import { acceptPortForward, acceptRemoteCommand, proxyTunnel, refuse, SpdyConnection, tunnelledProtocols } from '.';

describe('remote command and port-forward', () => {
  let server: Server;
  let port: number;
  let onUpgrade: (upgrade: { request: import('node:http').IncomingMessage; socket: Duplex; head: Buffer }) => Promise<unknown>;

  beforeAll(async () => {
    server = createServer().on('upgrade', (request, socket, head) => void onUpgrade({ request, socket, head }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  /** Echoes its input in upper case, and tells the terminal's size on its error output. */
  async function echo(upgrade: Parameters<typeof onUpgrade>[0]): Promise<void> {
    const session = await acceptRemoteCommand(upgrade, { stdin: true, stdout: true, stderr: true, tty: false });
    if (!session) return;
    session.onResize(({ width, height }) => session.stderr?.write(`${width}x${height}`));
    for await (const chunk of session.stdin ?? []) session.stdout?.write(String(chunk).toUpperCase());
    await session.finish({ exitCode: 3 });
  }

  /** Upgrades as Go's client does, and gives the connection. */
  async function spdyClient(protocol: string): Promise<{ connection: SpdyConnection; head: string }> {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST /exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\nX-Stream-Protocol-Version: channel.k8s.io\r\nContent-Length: 0\r\n\r\n`);
    const head = await new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString())));
    return { connection: new SpdyConnection(socket, { isServer: false }), head };
  }

  it('carries streams and the outcome over SPDY', async () => {
    onUpgrade = echo;
    const { connection, head } = await spdyClient('v4.channel.k8s.io');
    expect(head).toContain('X-Stream-Protocol-Version: v4.channel.k8s.io');
    const [error, stdin, stdout, stderr] = await Promise.all(['error', 'stdin', 'stdout', 'stderr'].map((streamType) => connection.open({ streamType })));
    const big = 'x'.repeat(300_000);
    stdin?.write(big);
    stdin?.end('hello');
    expect(await text(stdout as Readable)).toBe(`${big.toUpperCase()}HELLO`);
    expect(JSON.parse(await text(error as Readable))).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } });
    expect(await text(stderr as Readable)).toBe('');
    await connection.closed;
  });

  it('refuses a protocol that it does not know, with those that it does', async () => {
    onUpgrade = echo;
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v9.channel.k8s.io\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    expect(answer).toContain('X-Accepted-Stream-Protocol-Versions: v4.channel.k8s.io');
  });

  it('carries streams, sizes and the outcome over WebSocket, and closes the input alone', async () => {
    onUpgrade = echo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/exec`, ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
    const received = new Map<number, string>();
    socket.on('message', (data: Buffer) => received.set(data[0] ?? -1, (received.get(data[0] ?? -1) ?? '') + data.subarray(1).toString()));
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    const send = (channel: number, content: string): void => socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(content)]));
    send(4, '{"Width":80,"Height":24}');
    send(0, 'hello');
    socket.send(Buffer.from([255, 0]));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received.get(1)).toBe('HELLO');
    expect(received.get(2)).toBe('80x24');
    expect(JSON.parse(received.get(3) ?? '')).toMatchObject({ reason: 'NonZeroExitCode' });
  });

  it.each([
    { asked: ['channel.k8s.io'], chosen: 'channel.k8s.io' },
    { asked: ['base64.channel.k8s.io', 'channel.k8s.io'], chosen: 'channel.k8s.io' },
    { asked: [], chosen: '' },
    { asked: ['base64.channel.k8s.io'], chosen: 'base64.channel.k8s.io', isText: true },
    { asked: ['v4.base64.channel.k8s.io', 'base64.channel.k8s.io'], chosen: 'v4.base64.channel.k8s.io', isText: true, hasStatus: true },
  ])('speaks to a WebSocket that asks for $asked', async ({ asked, chosen, isText = false, hasStatus = false }) => {
    onUpgrade = async (upgrade) => {
      const session = await acceptRemoteCommand(upgrade, { stdin: true, stdout: true, stderr: true, tty: false });
      session?.onResize(({ width, height }) => session.stderr?.write(`${width}x${height}`));
      session?.stdin?.once('data', (chunk: Buffer) => {
        session.stdout?.write(chunk.toString().toUpperCase());
        void session.finish({ exitCode: 3 });
      });
    };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/exec`, asked);
    const received = new Map<number, string>();
    socket.on('message', (data: Buffer, isBinary) => {
      expect(isBinary).toBe(!isText);
      const channel = isText ? Number(data.toString()[0]) : (data[0] ?? -1);
      received.set(channel, (received.get(channel) ?? '') + Buffer.from(data.toString().slice(1), isText ? 'base64' : 'utf8').toString());
    });
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe(chosen);
    const send = (channel: number, content: string): void =>
      socket.send(isText ? `${channel}${Buffer.from(content).toString('base64')}` : Buffer.concat([Buffer.from([channel]), Buffer.from(content)]));
    send(4, '{"Width":80,"Height":24}');
    send(0, 'hello');
    await new Promise((resolve) => socket.once('close', resolve));
    expect([received.get(1), received.get(2)]).toEqual(['HELLO', '80x24']);
    const outcome = received.get(3) ?? '';
    expect(hasStatus ? JSON.parse(outcome) : outcome).toEqual(
      hasStatus ? expect.objectContaining({ reason: 'NonZeroExitCode' }) : 'command terminated with exit code 3',
    );
  });

  it('refuses a WebSocket that asks for other channels only', async () => {
    onUpgrade = echo;
    const refused = new WebSocket(`ws://127.0.0.1:${port}/exec`, ['v9.channel.k8s.io']);
    const error = await new Promise<Error>((resolve) => refused.once('error', resolve));
    expect(error.message).toBe('Unexpected server response: 400');
  });

  it('ends the connection together with the conversation: clients that look only when something comes would not see the last messages', async () => {
    onUpgrade = echo;
    const socket = connect(port, '127.0.0.1');
    const key = 'MTIzNDU2Nzg5MDEyMzQ1Ng==';
    socket.write(`GET /exec HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`);
    // The input is closed by a masked message; the end of the conversation is never answered.
    socket.write(Buffer.from([0x82, 0x82, 0, 0, 0, 0, 255, 0]));
    expect(await text(socket)).toContain('NonZeroExitCode');
  });

  it('forwards ports over the channels of a WebSocket, and tells why one cannot be', async () => {
    const target = createServer((_request, response) => response.end('from the pod'));
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    const dial = async (number: number): Promise<Duplex> => {
      if (number !== 80) throw new Error('connection refused');
      return connect((target.address() as AddressInfo).port, '127.0.0.1');
    };
    onUpgrade = (upgrade) => acceptPortForward(upgrade, { pod: 'p1', dial, ports: [80, 81] });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/portforward`, ['v4.channel.k8s.io']);
    const received = new Map<number, Buffer>();
    socket.on('message', (data: Buffer) => received.set(data[0] ?? -1, Buffer.concat([received.get(data[0] ?? -1) ?? Buffer.alloc(0), data.subarray(1)])));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(Buffer.concat([Buffer.from([0]), Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')]));
    await new Promise((resolve) => socket.once('close', resolve));
    target.close();
    expect(received.get(0)?.readUInt16LE()).toBe(80);
    expect(received.get(0)?.toString()).toContain('from the pod');
    expect(received.get(1)).toEqual(Buffer.from([80, 0]));
    expect(received.get(2)).toEqual(Buffer.from([81, 0]));
    expect(received.get(3)?.subarray(2).toString()).toBe('error forwarding port 81 to pod p1, uid : connection refused');
  });

  it('forwards ports over SPDY, and tells why one cannot be', async () => {
    const target = createServer((_request, response) => response.end('from the pod'));
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    onUpgrade = (upgrade) =>
      acceptPortForward(upgrade, {
        pod: 'p1',
        ports: [],
        dial: async (number) => {
          if (number !== 80) throw new Error('connection refused');
          return connect((target.address() as AddressInfo).port, '127.0.0.1');
        },
      });
    const { connection } = await spdyClient('portforward.k8s.io');
    const pair = async (number: string, requestID: string) => ({
      error: await connection.open({ streamType: 'error', port: number, requestID }),
      data: await connection.open({ streamType: 'data', port: number, requestID }),
    });
    const good = await pair('80', '0');
    good.data.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await text(good.data as Readable)).toContain('from the pod');
    const bad = await pair('81', '1');
    expect(await text(bad.error as Readable)).toBe('error forwarding port 81 to pod p1, uid : connection refused');
    connection.close();
    await connection.closed;
    target.close();
  });

  it.each(['before there is one', 'while it is served'])('ends the connection of a client that goes %s, and calls that no error', async (when) => {
    // Of two streams in one, the end says that it came too early.
    const target = Duplex.from({ readable: new PassThrough(), writable: new PassThrough() });
    let connected: ((stream: Duplex) => void) | undefined;
    const dialled = new Promise<Duplex>((resolve) => (connected = resolve));
    const asked = new Promise<void>((resolve) => {
      onUpgrade = (upgrade) =>
        acceptPortForward(upgrade, {
          pod: 'p1',
        ports: [],
          dial: () => {
            resolve();
            return dialled;
          },
        });
    });
    const { connection } = await spdyClient('portforward.k8s.io');
    const error = await connection.open({ streamType: 'error', port: '80', requestID: '0' });
    const data = await connection.open({ streamType: 'data', port: '80', requestID: '0' });
    await asked;
    const ended = new Promise((resolve) => target.once('close', resolve));
    if (when === 'before there is one') {
      data.destroy();
      // The server answers in order: it knows of the end when it refuses this.
      await text((await connection.open({ streamType: 'unknown' })) as Readable).catch(() => undefined);
      connected?.(target);
    } else {
      connected?.(target);
      const echo = new Promise((resolve) => target.once('data', resolve));
      data.write('hello');
      target.push('hello');
      await echo;
      data.destroy();
    }
    await ended;
    expect(await text(error as Readable)).toBe('');
    connection.close();
    await connection.closed;
  });

  describe('through a proxy, with SPDY in a WebSocket', () => {
    const TUNNEL = 'SPDY/3.1+portforward.k8s.io';

    /** Stands in for the API server before a kubelet, which is the server of the other tests. */
    async function withProxy(use: (port: number) => Promise<void>): Promise<void> {
      const proxy = createServer().on('upgrade', (request, socket, head) => {
        const [protocol = ''] = tunnelledProtocols(request);
        void proxyTunnel({ request, socket, head }, protocol, { url: new URL(`http://127.0.0.1:${port}/portForward/x`), headers: { authorization: undefined } });
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      await use((proxy.address() as AddressInfo).port);
      proxy.close();
    }

    /** `ws` does not let us ask for that protocol. */
    const open = (proxyPort: number): { socket: Socket; head: Promise<string> } => {
      const socket = connect(proxyPort, '127.0.0.1');
      const lines = ['GET /x HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng=='];
      socket.write(`${[...lines, `Sec-WebSocket-Protocol: ${TUNNEL}`, 'Authorization: Bearer secret'].join('\r\n')}\r\n\r\n`);
      return { socket, head: new Promise((resolve) => socket.once('data', (data: Buffer) => resolve(data.toString()))) };
    };

    it('carries both ways what a server says that speaks SPDY', async () => {
      let seen: import('node:http').IncomingHttpHeaders = {};
      onUpgrade = (upgrade) => {
        seen = upgrade.request.headers;
        return acceptPortForward(upgrade, { pod: 'p1', ports: [], dial: () => Promise.reject(new Error('no such port')) });
      };
      await withProxy(async (proxyPort) => {
        const { socket, head } = open(proxyPort);
        expect(await head).toContain(`Sec-WebSocket-Protocol: ${TUNNEL}\r\n`);
        expect(seen).toMatchObject({ upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' });
        expect([seen.authorization, seen['sec-websocket-key']]).toEqual([undefined, undefined]);
        const stream = createWebSocketStream(clientSide(socket));
        const connection = new SpdyConnection(stream, { isServer: false });
        const error = await connection.open({ streamType: 'error', port: '81', requestID: '0' });
        await connection.open({ streamType: 'data', port: '81', requestID: '0' });
        expect(await text(error as Readable)).toBe('error forwarding port 81 to pod p1, uid : no such port');
        connection.close();
        socket.destroy();
      });
    });

    it('tells what the server refuses', async () => {
      onUpgrade = ({ socket }) => Promise.resolve(refuse(socket, 404, 'no such pod'));
      await withProxy(async (proxyPort) => {
        const { head } = open(proxyPort);
        expect(await head).toMatch(/^HTTP\/1.1 404 [^]*no such pod/);
      });
    });
  });
});

/** The client's end of a connection whose handshake is done. */
function clientSide(socket: Socket): WebSocket {
  const client = Reflect.construct(WebSocket, [null, undefined, { autoPong: true }]) as WebSocket;
  Reflect.set(client, '_isServer', false);
  Reflect.get(client, 'setSocket').call(client, socket, Buffer.alloc(0), { maxPayload: 1 << 20, skipUTF8Validation: true, allowSynchronousEvents: true });
  return client;
}
