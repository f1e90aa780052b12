import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MEDIA } from './oci';
import { RegistryClient } from './registry-client';
import { parseReference, referenceName } from './reference';

describe('parseReference', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  it.each([
    ['busybox', 'docker.io/library/busybox:latest'],
    ['busybox:1.36', 'docker.io/library/busybox:1.36'],
    ['user/app', 'docker.io/user/app:latest'],
    ['localhost:5000/app:v1', 'localhost:5000/app:v1'],
    ['registry.k8s.io/pause:3.9', 'registry.k8s.io/pause:3.9'],
    ['[::1]:5000/a/b', '[::1]:5000/a/b:latest'],
    [`busybox:1@${digest}`, `docker.io/library/busybox@${digest}`],
  ])('reads %s', (text, name) => expect(referenceName(parseReference(text))).toBe(name));

  it.each(['', 'Upper/case', 'a//b', 'a:b:c', 'a@sha256:12', 'a b', '-a'])('refuses %j', (text) => expect(() => parseReference(text)).toThrow('failed to parse image reference'));
});

describe('RegistryClient', () => {
  let server: Server;
  let host: string;
  const blob = Buffer.from('layer');
  const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? '-'}`);
      if (request.url?.startsWith('/token')) return response.end(JSON.stringify({ token: 'secret' }));
      if (request.headers.authorization !== 'Bearer secret') {
        response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${host}/token",service="test",scope="repository:a/b:pull"` });
        return response.end();
      }
      if (request.url === '/v2/a/b/manifests/v1') return response.writeHead(200, { 'content-type': MEDIA.ociManifest }).end('{}');
      if (request.url === `/v2/a/b/blobs/${digest}`) return response.end(blob);
      return response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('gets a token when it is asked for one, with the password that was given', async () => {
    const auth = { username: 'me', password: 'word', registryToken: '' };
    const registry = new RegistryClient(parseReference(`${host}/a/b:v1`), auth, new AbortController().signal);
    expect(await registry.manifest('v1')).toEqual({ bytes: Buffer.from('{}'), mediaType: MEDIA.ociManifest });
    const chunks: Buffer[] = [];
    for await (const chunk of await registry.blob(digest)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('layer');
    expect(asked.map((line) => line.replace(/\?.*? /, '? '))).toEqual([
      '/v2/a/b/manifests/v1 -',
      `/token? Basic ${Buffer.from('me:word').toString('base64')}`,
      '/v2/a/b/manifests/v1 Bearer secret',
      `/v2/a/b/blobs/${digest} Bearer secret`,
    ]);
  });

  it('says that an image is not there', async () => {
    const registry = new RegistryClient(parseReference(`${host}/a/b:v2`), undefined, new AbortController().signal);
    const name = `${host}/a/b:v2`;
    await expect(registry.manifest('v2')).rejects.toThrow(`failed to pull and unpack image "${name}": failed to resolve reference "${name}": http://${host}/v2/a/b/manifests/v2: not found`);
  });
});
