import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { refuse, type Upgrade } from './upgrade';

export interface ProxyTarget {
  readonly url: URL;
  /** For https: the authorities, and the certificate to show. */
  readonly tls?: ConnectionOptions;
  /** Headers to add or replace; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/**
 * Passes a request to upgrade on to another server and then bytes both ways, whatever protocol the two agree on. Resolves when the session has
 * ended. A server that cannot be reached is told to the client as 502.
 */
export async function proxyUpgrade({ request, socket, head }: Upgrade, { url, tls, headers = {} }: ProxyTarget): Promise<void> {
  let upstream: Socket;
  try {
    upstream = await connect(url, tls);
  } catch (error) {
    refuse(socket, 502, `error dialing backend: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  upstream.write(requestHead(request, url, headers));
  if (head.length) upstream.write(head);
  await new Promise<void>((resolve) => {
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
    upstream.once('close', () => {
      socket.destroy();
      resolve();
    });
    socket.pipe(upstream);
    upstream.pipe(socket);
  });
}

function connect(url: URL, tls: ConnectionOptions | undefined): Promise<Socket> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isTls ? 443 : 80);
  return new Promise((resolve, reject) => {
    const socket = isTls ? connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...tls }) : connectTcp({ host, port });
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function requestHead({ method, rawHeaders }: IncomingMessage, url: URL, replaced: Readonly<Record<string, string | undefined>>): string {
  const changed = new Map(Object.entries({ host: url.host, ...replaced }).map(([name, value]) => [name.toLowerCase(), value]));
  const lines = [`${method} ${url.pathname}${url.search} HTTP/1.1`];
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    const name = rawHeaders[position] ?? '';
    if (!changed.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[position + 1]}`);
  }
  for (const [name, value] of changed) if (value !== undefined) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
