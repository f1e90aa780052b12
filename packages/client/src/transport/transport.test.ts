import { mkdtempSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createCertificateAuthority, createClientCertificate, createServingCertificate } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import type { AuthConfig, TlsConfig } from '../kubeconfig/client-config';
import { eventually } from '../testing';
import { type ApiRequest, Transport, type TransportOptions } from './transport';

const authority = createCertificateAuthority({ commonName: 'ca' });
const serving = createServingCertificate(authority, { commonName: 'server', hosts: ['127.0.0.1', 'kubernetes'] });
const TLS: TlsConfig = { insecure: false, ca: { data: authority.certificate } };

type Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

let handler: Handler;
let server: Http2SecureServer;
let url: string;
let connections = 0;
const transports: Transport[] = [];
const others: Server[] = [];

beforeAll(async () => {
  const keys = { cert: serving.certificate, key: serving.key, ca: authority.certificate };
  const options = {
    ...keys,
    allowHTTP1: true,
    requestCert: true,
    rejectUnauthorized: false,
    settings: { maxConcurrentStreams: 4 },
  };
  server = createSecureServer(options, (request, response) => handler(request, response));
  server.on('secureConnection', () => connections++);
  url = `https://127.0.0.1:${await listen(server)}`;
});
beforeEach(() => (connections = 0));
afterEach(() => transports.splice(0).forEach((transport) => transport.close()));
afterAll(() => [server, ...others].forEach((each) => each.close()));

async function listen(of: Server): Promise<number> {
  await new Promise<void>((resolve) => of.listen(0, '127.0.0.1', resolve));
  const address = of.address();
  return isAddress(address) ? address.port : 0;
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

interface SetUp extends Partial<TransportOptions> {
  readonly server?: string;
  readonly tls?: TlsConfig;
  readonly auth?: AuthConfig;
}

function connect({ server: address = url, tls = TLS, auth = { type: 'none' }, ...options }: SetUp = {}): Transport {
  const impersonate = { user: 'jane', uid: '', groups: ['a', 'b'], extra: {} };
  const transport = new Transport(
    { server: address, namespace: 'default', tls, auth, impersonate },
    { component: 'test', ...options },
  );
  transports.push(transport);
  return transport;
}

const get = (path = '/x', more: Partial<ApiRequest> = {}): ApiRequest => ({ method: 'GET', path, ...more });
const answer = (response: Http2ServerResponse, code: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(code, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
};

/** Answers with each code in turn, and then with 200. */
function answering(...codes: number[]): { seen: string[] } {
  const seen: string[] = [];
  handler = (request, response) => {
    seen.push(request.method);
    const code = codes.shift() ?? 200;
    answer(response, code, code === 200 ? { ok: true } : 'no', code === 200 ? {} : { 'retry-after': '0' });
  };
  return { seen };
}

it('sends everything over one HTTP/2 connection, with what is known of the client', async () => {
  const headers: Record<string, unknown>[] = [];
  handler = (request, response) => (headers.push(request.headers), answer(response, 200, { version: request.httpVersion }));
  const transport = connect({ auth: { type: 'token', token: 'secret' } });
  const answers = await Promise.all([1, 2, 3].map(() => transport.json(get())));
  expect(answers).toEqual(Array(3).fill({ version: '2.0' }));
  expect(connections).toBe(1);
  expect(headers[0]).toMatchObject({
    authorization: 'Bearer secret',
    accept: 'application/json',
    'impersonate-user': 'jane',
    'user-agent': expect.stringMatching(/^test\/v1\.\d+\.\d+ \(linux\/\w+\) typekube$/),
  });
});

it('opens another connection rather than wait behind the streams of a full one', async () => {
  handler = (request, response) => (request.url === '/watch' ? response.write('\n') : answer(response, 200, {}));
  const transport = connect();
  for (let i = 0; i < 5; i++) await transport.stream(get('/watch'));
  await transport.json(get());
  expect(connections).toBe(2);
});

it('falls back to HTTP/1.1, over TLS and without, and keeps its connection', async () => {
  const keys = { cert: serving.certificate, key: serving.key };
  const https = createHttpsServer(keys, ({ httpVersion: version, headers }, response) => {
    response.end(JSON.stringify({ version, groups: headers['impersonate-group'] }));
  });
  others.push(https);
  let plainConnections = 0;
  const plain = createServer((request, response) => response.end(JSON.stringify({ version: request.httpVersion })));
  others.push(plain);
  plain.on('connection', () => plainConnections++);
  const overTls = connect({ server: `https://127.0.0.1:${await listen(https)}` });
  expect(await overTls.json(get())).toEqual({ version: '1.1', groups: 'a, b' });
  const without = connect({ server: `http://127.0.0.1:${await listen(plain)}` });
  for (let i = 0; i < 3; i++) expect(await without.json(get())).toEqual({ version: '1.1' });
  expect(plainConnections).toBe(1);
});

it.each<[string, ApiRequest['method'], number[], number, string]>([
  ['tries a GET again after 429', 'GET', [429, 429], 3, 'ok'],
  ['tries a POST again after 429', 'POST', [429], 2, 'ok'],
  ['tries again after 503 with Retry-After', 'PUT', [503, 500], 3, 'ok'],
  [
    'gives up after ten tries',
    'GET',
    Array(20).fill(429),
    11,
    'the server has received too many requests and has asked us to try again later',
  ],
  ['does not try again what is wrong', 'GET', [404], 1, 'the server could not find the requested resource'],
])('%s', async (_, method, codes, count, expected) => {
  const { seen } = answering(...codes);
  const result = await connect()
    .json({ method, path: '/x' })
    .then(
      () => 'ok',
      (error: Error) => error.message,
    );
  expect([result, seen.length]).toEqual([expected, count]);
});

it('tries a GET again when the connection breaks, but not a POST', async () => {
  let calls = 0;
  handler = (request, response) => (calls++ === 0 ? request.stream.session?.destroy() : answer(response, 200, { calls }));
  expect(await connect().json(get())).toEqual({ calls: 2 });
  calls = 0;
  const post = connect().json({ method: 'POST', path: '/x', body: '{}' });
  await expect(post).rejects.toMatchObject({ name: 'ConnectionError' });
  expect(calls).toBe(1);
});

it('ends a call that takes too long, or that its caller has enough of', async () => {
  handler = () => undefined;
  const slow = connect({ timeoutMilliseconds: 50 }).json(get());
  await expect(slow).rejects.toMatchObject({ name: 'RequestTimeout' });
  const controller = new AbortController();
  const call = connect().json(get('/x', { signal: controller.signal }));
  setTimeout(() => controller.abort(new Error('enough')), 20);
  await expect(call).rejects.toThrow('enough');
});

it('ends a call whose body stalls, and sees one that breaks off', async () => {
  handler = (_, response) => response.writeHead(200).write('{');
  await expect(connect({ timeoutMilliseconds: 50 }).json(get())).rejects.toMatchObject({ name: 'RequestTimeout' });
  handler = (request, response) => {
    response.writeHead(200).write('{');
    setTimeout(() => request.stream.session?.destroy(), 20);
  };
  await expect(connect().json(get())).rejects.toMatchObject({ name: 'ConnectionError' });
});

it('does not bound a stream that has begun, which ends with its signal', async () => {
  let closed = false;
  handler = (_, response) => (response.on('close', () => (closed = true)), response.writeHead(200).write('a'));
  const controller = new AbortController();
  const clock = new FakeClock();
  const { body } = await connect({ timeoutMilliseconds: 30, clock }).stream(get('/x', { signal: controller.signal }));
  clock.advance(60);
  expect(body.destroyed).toBe(false);
  controller.abort();
  await eventually(() => closed);
});

it('gives the status that the server sends', async () => {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'Forbidden',
    message: 'no',
    code: 403,
    details: { name: 'x' },
  };
  handler = (_, response) => answer(response, 403, status);
  await expect(connect().json(get())).rejects.toMatchObject({
    reason: 'Forbidden',
    message: 'no',
    status: { details: { name: 'x' } },
  });
});

it('passes warnings on', async () => {
  const warnings: string[] = [];
  handler = (_, response) =>
    answer(response, 200, {}, { warning: '299 - "v1 ComponentStatus is \\"old\\"", 199 - "other", 299 - "b"' });
  await connect({ onWarning: (text) => warnings.push(text) }).json(get());
  expect(warnings).toEqual(['v1 ComponentStatus is "old"', 'b']);
});

it('reads a refused token file again, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'transport-'));
  const file = join(folder, 'token');
  await writeFile(file, 'old');
  const seen: (string | undefined)[] = [];
  handler = (request, response) => {
    seen.push(request.headers.authorization);
    answer(response, request.headers.authorization === 'Bearer new' ? 200 : 401, '{}');
  };
  const transport = connect({ auth: { type: 'token-file', file } });
  await expect(transport.json(get())).rejects.toMatchObject({ code: 401 });
  await writeFile(`${file}.tmp`, 'new');
  await rename(`${file}.tmp`, file);
  await transport.json(get());
  expect(seen).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
  rmSync(folder, { recursive: true });
});

it('shows its client certificate, and checks the server', async () => {
  const client = createClientCertificate(authority, { subject: { commonName: 'jane' } });
  const tls: TlsConfig = { ...TLS, certificate: { data: client.certificate }, key: { data: client.key } };
  handler = (request, response) => answer(response, 200, { user: peerName(request.socket) });
  expect(await connect({ tls }).json(get())).toEqual({ user: 'jane' });
  expect(await connect({ tls: { ...TLS, serverName: 'kubernetes' } }).json(get())).toEqual({});
  expect(await connect({ tls: { insecure: true } }).json(get())).toEqual({});
  await expect(connect({ tls: { insecure: false } }).json(get())).rejects.toMatchObject({ name: 'ConnectionError' });
  await expect(connect({ tls: { ...TLS, serverName: 'other' } }).json(get())).rejects.toThrow(
    "Host: other. is not in the cert's altnames",
  );
});

it('goes over to a renewed client certificate, and breaks nothing off for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'transport-'));
  const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const issue = async (commonName: string): Promise<void> => {
    const { certificate, key } = createClientCertificate(authority, { subject: { commonName } });
    await Promise.all([writeFile(certFile, certificate), writeFile(keyFile, key)]);
  };
  await issue('old');
  handler = (request, response) => {
    if (request.url === '/watch') response.write('\n');
    else answer(response, 200, { user: peerName(request.socket) });
  };
  const clock = new FakeClock();
  const transport = connect({ clock, tls: { ...TLS, certificate: { file: certFile }, key: { file: keyFile } } });
  const { body } = await transport.stream(get('/watch'));
  expect(await transport.json(get())).toEqual({ user: 'old' });
  await issue('new');
  clock.advance(5 * 60_000);
  await eventually(async () => JSON.stringify(await transport.json(get())) === '{"user":"new"}');
  expect(body.destroyed).toBe(false);
  rmSync(folder, { recursive: true });
});

it('keeps to its rate', async () => {
  answering();
  const transport = connect({ rateLimit: { qps: 50, burst: 1 } });
  const start = performance.now();
  await Promise.all([1, 2, 3, 4].map(() => transport.json(get())));
  expect(performance.now() - start).toBeGreaterThan(50);
});

function peerName(socket: Http2ServerRequest['socket']): string | undefined {
  const isTls = (value: object): value is TLSSocket => 'getPeerCertificate' in value;
  const name: unknown = isTls(socket) ? socket.getPeerCertificate().subject?.CN : undefined;
  return typeof name === 'string' ? name : undefined;
}
