import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority, createServingCertificate, type KeyPair } from '@typekube/component-base';
import { httpGet, readAtMost } from './http-get';

/** Ports that browsers, and `fetch` with them, do not speak to. */
const BLOCKED_PORTS = [6665, 6666, 6667, 6668, 6669];

const servers: Server[] = [];
const { signal } = new AbortController();
let idleMs = 60_000;

async function serve(listener: RequestListener, port = 0): Promise<string> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const read = async (url: string, headers: Record<string, string> = {}): Promise<string> =>
  (await readAtMost(await httpGet(url, { headers, signal, idleMs }), 1000)).toString();

it('gets from ports that fetch blocks', async () => {
  for (const port of BLOCKED_PORTS) {
    const url = await serve((_, response) => response.end('here'), port).catch(() => undefined);
    if (url === undefined) continue;
    await expect(fetch(url)).rejects.toMatchObject({ cause: { message: 'bad port' } });
    expect(await read(url)).toBe('here');
    return;
  }
  throw new Error('all of those ports are taken');
});

it('follows redirects, and shows the authorization to the first server alone', async () => {
  const other = await serve(({ headers }, response) => response.end(`${headers.accept} ${headers.authorization ?? '-'}`));
  const first = await serve(({ url }, response) => {
    response.writeHead(307, { location: url === '/a' ? '/b' : `${other}/c` }).end();
  });
  expect(await read(`${first}/a`, { accept: 'x', authorization: 'Bearer secret' })).toBe('x -');
});

it.each([
  ['round and round', '/', /stopped after 10 redirects/],
  ['to a file', 'file:///etc/passwd', /unsupported protocol scheme "file"/],
])('does not go %s', async (_, location, message) => {
  const url = await serve((_request, response) => void response.writeHead(302, { location }).end());
  await expect(read(url)).rejects.toThrow(message);
});

it('asks again where the server ends a connection that was kept', async () => {
  let asked = 0;
  const url = await serve(({ socket }, response) => (++asked === 2 ? void socket.destroy() : void response.end(String(asked))));
  expect(await read(url)).toBe('1');
  expect(await read(url)).toBe('3');
  await expect(read(await serve(({ socket }) => void socket.destroy()))).rejects.toThrow('socket hang up');
});

describe('a server that falls silent', () => {
  beforeEach(() => (idleMs = 100));
  afterEach(() => (idleMs = 60_000));

  it.each<[string, RequestListener]>([
    ['before its answer', () => undefined],
    ['within its answer', (_, response) => void response.writeHead(200, { 'content-length': 1000 }).write('x')],
  ])('%s is given up', async (_, listener) => {
    await expect(read(await serve(listener))).rejects.toThrow('i/o timeout');
  });
});

it("believes a server that an authority of the machine's speaks for, and no other", async () => {
  const [trusted, unknown] = ['trusted', 'unknown'].map((commonName) => createCertificateAuthority({ commonName }));
  const folder = mkdtempSync(join(tmpdir(), 'roots-'));
  const file = join(folder, 'bundle.crt');
  writeFileSync(file, trusted!.certificate);
  process.env['SSL_CERT_FILE'] = file;
  const url = async (authority: KeyPair): Promise<string> => {
    const { certificate, key } = createServingCertificate(authority, { commonName: 'registry', hosts: ['127.0.0.1'] });
    const server = createSecureServer({ cert: certificate, key }, (_, response) => response.end('here')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  expect(await read(await url(trusted!))).toBe('here');
  await expect(read(await url(unknown!))).rejects.toThrow(/certificate/);
  rmSync(folder, { recursive: true });
});

it('reads no more than it is told to', async () => {
  const url = await serve((_, response) => response.end('x'.repeat(1001)));
  await expect(read(url)).rejects.toThrow('the answer is larger than 1000 bytes');
});

it('fails with the error of the system where nobody answers', async () => {
  await expect(read('http://127.0.0.1:1')).rejects.toThrow('ECONNREFUSED');
});
