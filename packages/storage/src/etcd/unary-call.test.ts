import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { freePorts } from '../testing';
import { Connections, keepAlive } from './connections';
import { wasNeverSent } from './errors';
import { callUnary, isUnavailable } from './unary-call';

type Behaviour = (stream: ServerHttp2Stream) => void;

const GRPC = { ':status': 200, 'content-type': 'application/grpc' };

function framed(text: string): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(text.length, 1);
  return Buffer.concat([prefix, Buffer.from(text)]);
}

/** Answers with these bytes, and then with this status. */
function answer(bytes: readonly Buffer[], trailers: Record<string, string> | undefined): Behaviour {
  return (stream) => {
    stream.respond(GRPC, { waitForTrailers: trailers !== undefined });
    if (trailers) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    for (const piece of bytes) stream.write(piece);
    stream.end();
  };
}

describe('a unary call', () => {
  const servers: Http2Server[] = [];
  const opened: Connections[] = [];
  const sessions: ServerHttp2Session[] = [];
  afterEach(() => {
    for (const connections of opened.splice(0)) connections.close();
    for (const session of sessions.splice(0)) session.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(behave: Behaviour): Promise<string> {
    const server = createServer();
    servers.push(server);
    server.on('session', (session) => sessions.push(session));
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.resume().on('end', () => behave(stream));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function connectionsTo(...endpoints: string[]): Connections {
    const connections = new Connections(endpoints, {});
    opened.push(connections);
    return connections;
  }

  async function call(connections: Connections, timeoutMs = 20_000): Promise<string> {
    return String(await callUnary(await connections.session(), '/etcdserverpb.KV/Txn', Buffer.from('question'), Date.now() + timeoutMs));
  }

  it.each<[string, Behaviour, string]>([
    ['in one piece', answer([framed('text')], { 'grpc-status': '0' }), 'text'],
    ['in pieces', answer([framed('text').subarray(0, 3), framed('text').subarray(3)], { 'grpc-status': '0' }), 'text'],
    ['that is empty', answer([framed('')], { 'grpc-status': '0' }), ''],
  ])('gives an answer %s', async (_what, behave, text) => {
    expect(await call(connectionsTo(await serve(behave)))).toBe(text);
  });

  it.each<[string, Behaviour, string]>([
    ['a status without a message', (stream) => stream.respond({ ...GRPC, 'grpc-status': '11', 'grpc-message': 'a%3A%20b' }, { endStream: true }), '11 OUT_OF_RANGE: a: b'],
    ['a status behind a message', answer([framed('text')], { 'grpc-status': '14', 'grpc-message': 'no leader' }), '14 UNAVAILABLE: no leader'],
    ['a text that is badly encoded', answer([], { 'grpc-status': '2', 'grpc-message': '%zz' }), '2 UNKNOWN: %zz'],
    ['a status that is no number', answer([framed('text')], { 'grpc-status': 'x' }), '2 UNKNOWN: '],
    ['no status', answer([framed('text')], undefined), '14 UNAVAILABLE: Connection dropped'],
    ['half a message', answer([framed('text').subarray(0, 7)], { 'grpc-status': '0' }), '13 INTERNAL: the answer is not one whole message'],
    ['no message', answer([], { 'grpc-status': '0' }), '13 INTERNAL: the answer is not one whole message'],
    ['a compressed message', answer([Buffer.concat([Buffer.of(1), framed('text').subarray(1)])], { 'grpc-status': '0' }), '13 INTERNAL: the answer is not one whole message'],
    ['what is no gRPC', (stream) => { stream.respond({ ':status': 502 }); stream.end('bad gateway'); }, '14 UNAVAILABLE: Received HTTP status code 502'],
    ['a broken stream', (stream) => stream.close(2), '14 UNAVAILABLE: Stream closed with error code NGHTTP2_INTERNAL_ERROR'],
    ['a lost connection', (stream) => stream.session?.destroy(), '14 UNAVAILABLE: '],
  ])('fails as gRPC words it: %s', async (_what, behave, text) => {
    await expect(call(connectionsTo(await serve(behave)))).rejects.toThrow(text);
  });

  it('is given up when its time is over', async () => {
    const failure = await call(connectionsTo(await serve(() => undefined)), 30).catch((error: unknown) => error);
    expect(String(failure)).toContain('4 DEADLINE_EXCEEDED: Deadline exceeded');
    expect(isUnavailable(failure)).toBe(true);
  });

  it('goes to a member that can be reached, and says so where there is none', async () => {
    const dead = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
    const alive = await serve(answer([framed('alive')], { 'grpc-status': '0' }));
    expect(await call(connectionsTo(...dead, alive))).toBe('alive');
    await expect(call(connectionsTo(...dead))).rejects.toThrow('14 UNAVAILABLE: No connection established: Error: connect ECONNREFUSED');
  });

  it('goes to the next member after one that does not serve, and once for all calls that failed together', async () => {
    const names = ['a', 'b', 'c'];
    const connections = connectionsTo(...(await Promise.all(names.map((name) => serve(answer([framed(name)], { 'grpc-status': '0' }))))));
    const first = await call(connections);
    const session = await connections.session();
    connections.moveOn(session);
    connections.moveOn(session);
    expect(await call(connections)).toBe(names[(names.indexOf(first) + 1) % 3]);
  });

  it('on a connection that has ended is known not to have been sent', async () => {
    const session = await connectionsTo(await serve(answer([framed('text')], { 'grpc-status': '0' }))).session();
    session.destroy();
    const failure = await callUnary(session, '/etcdserverpb.KV/Txn', Buffer.alloc(0), Date.now() + 20_000).catch((error: unknown) => error);
    expect(wasNeverSent(failure)).toBe(true);
  });

  it('is not disturbed by asking whether the other end is there, nor is a connection that is gone', async () => {
    const connections = connectionsTo(await serve(answer([framed('text')], { 'grpc-status': '0' })));
    const session = await connections.session();
    const asked = new Promise<void>((resolve) => sessions[0]?.on('ping', () => resolve()));
    keepAlive(session, 1);
    await asked;
    expect(await call(connections)).toBe('text');
    session.destroy();
    await new Promise((resolve) => session.once('close', resolve));
    keepAlive(session, 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await call(connections)).toBe('text');
  });

  it('that comes while a connection is made waits for it, and there is only one', async () => {
    const connections = connectionsTo(await serve(answer([framed('text')], { 'grpc-status': '0' })));
    const all = await Promise.all(Array.from({ length: 20 }, () => call(connections)));
    expect(all).toEqual(all.map(() => 'text'));
    expect(sessions).toHaveLength(1);
  });

  it('gets a new connection when the server has ended the one before', async () => {
    const connections = connectionsTo(await serve(answer([framed('text')], { 'grpc-status': '0' })));
    await call(connections);
    const session = await connections.session();
    const gone = once(session, 'close');
    sessions[0]?.goaway();
    sessions[0]?.close();
    await gone;
    expect(await call(connections)).toBe('text');
    expect(sessions).toHaveLength(2);
  });
});
