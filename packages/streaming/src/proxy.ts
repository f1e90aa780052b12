import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Duplex } from 'node:stream';
import { refuse, type Upgrade } from './upgrade';
import { readUpgradeAnswer, type UpgradeAnswer } from './upgrade-exchange';
import { acceptTunnel } from './websocket/tunnel';

type HeaderValue = string | readonly string[] | undefined;

export interface ProxyTarget {
  readonly url: URL;
  /** For https: the authorities, and the certificate to show. */
  readonly tls?: ConnectionOptions;
  /** Headers to add or replace, with a line for each value; undefined takes one away. */
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  /** Told with which code the client is answered: 101 as soon as bytes are passed both ways, whatever the server says then. */
  readonly onAnswer?: ((code: number) => void) | undefined;
}

/**
 * Passes a request to upgrade on to another server and then bytes both ways, whatever protocol the two agree on. Resolves when the session has
 * ended. A server that cannot be reached is told to the client as 502.
 */
export async function proxyUpgrade({ request, socket, head }: Upgrade, { url, tls, headers = {}, onAnswer }: ProxyTarget): Promise<void> {
  let upstream: Socket;
  try {
    upstream = await connect(url, tls);
  } catch (error) {
    onAnswer?.(502);
    refuse(socket, 502, `error dialing backend: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  // Who has gone meanwhile will not tell again that he has.
  if (socket.destroyed) return void upstream.destroy();
  onAnswer?.(101);
  upstream.write(requestHead(request, url, headers));
  if (head.length) upstream.write(head);
  await join(socket, upstream);
}

/** Bytes both ways until one of the two has closed. */
async function join(client: Duplex, upstream: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => {
      client.destroy();
      resolve();
    });
    client.pipe(upstream);
    upstream.pipe(client);
  });
}

/** Time the server has to take a connection, its TLS included. */
const CONNECT_MS = 30_000;

/** Time the server has for its answer to a request to upgrade. */
const ANSWER_MS = 30_000;

/** Headers that the client and we have agreed on: none of them is the server's. */
const WEBSOCKET_HEADERS = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol', 'sec-websocket-extensions'];

/**
 * Passes on the SPDY connection that a client has put into a WebSocket, to a server that speaks SPDY alone. The server is asked first: what it
 * refuses is told to the client in its own words.
 */
export async function proxyTunnel(upgrade: Upgrade, protocol: string, { url, tls, headers = {}, onAnswer }: ProxyTarget): Promise<void> {
  const { request, socket } = upgrade;
  let upstream: Socket | undefined;
  let answer: UpgradeAnswer;
  try {
    upstream = await connect(url, tls);
    upstream.write(requestHead(request, url, { ...headers, ...spdyHeaders(protocol) }, 'POST'));
    answer = await readUpgradeAnswer(upstream, ANSWER_MS);
  } catch (error) {
    upstream?.destroy();
    onAnswer?.(502);
    refuse(socket, 502, `error dialing backend: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  if (socket.destroyed) return void upstream.destroy();
  onAnswer?.(answer.status);
  if (answer.status !== 101) {
    socket.write(Buffer.concat([answer.head, answer.rest]));
    await join(socket, upstream);
    return;
  }
  upstream.unshift(answer.rest);
  await join(await acceptTunnel(upgrade, protocol), upstream);
}

function spdyHeaders(protocol: string): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(WEBSOCKET_HEADERS.map((name) => [name, undefined])),
    connection: 'Upgrade',
    upgrade: 'SPDY/3.1',
    'x-stream-protocol-version': protocol,
    'content-length': '0',
  };
}

function connect(url: URL, tls: ConnectionOptions | undefined): Promise<Socket> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isTls ? 443 : 80);
  return new Promise((resolve, reject) => {
    const socket = isTls ? connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...tls }) : connectTcp({ host, port });
    socket.setNoDelay(true);
    const timer = setTimeout(() => socket.destroy(new Error(`dial tcp ${url.host}: i/o timeout`)), CONNECT_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('error', reject);
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Headers as the client wrote them, but for those that whoever handled the request before has taken out of `headers`. */
function requestHead(
  { method = 'GET', rawHeaders, headers }: IncomingMessage,
  url: URL,
  replaced: Readonly<Record<string, HeaderValue>>,
  asMethod = method,
): string {
  // Browsers can put a token in here, which is taken out alone.
  const protocols = { 'sec-websocket-protocol': headers['sec-websocket-protocol'] };
  const changed = new Map(Object.entries({ host: url.host, ...protocols, ...replaced }).map(([name, value]) => [name.toLowerCase(), value]));
  const lines = [`${asMethod} ${url.pathname}${url.search} HTTP/1.1`];
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    const name = rawHeaders[position] ?? '';
    const key = name.toLowerCase();
    if (!changed.has(key) && headers[key] !== undefined) lines.push(`${name}: ${rawHeaders[position + 1]}`);
  }
  for (const [name, value = []] of changed) for (const each of [value].flat()) lines.push(`${name}: ${each}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
