import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nextResult } from './threshold';
import { httpUrl, portOf, probeHttp } from './probe';

it.each([
  [{}, { wasSuccess: true, count: 1 }, true],
  [{ successThreshold: 2 }, { wasSuccess: true, count: 1 }, undefined],
  [{ successThreshold: 2 }, { wasSuccess: true, count: 2 }, true],
  [{}, { wasSuccess: false, count: 2 }, undefined],
  [{}, { wasSuccess: false, count: 3 }, false],
  [{ failureThreshold: 1 }, { wasSuccess: false, count: 1 }, false],
])('%j after %j: %s', (probe, run, expected) => {
  expect(nextResult(probe, run)).toBe(expected);
});

it('finds ports by number and by name', () => {
  const container = { name: 'a', ports: [{ name: 'web', containerPort: 8080 }] };
  expect([portOf(80, container), portOf('web', container), portOf('81', container)]).toEqual([80, 8080, 81]);
  expect(() => portOf('none', container)).toThrow("couldn't find port none in container a");
  expect(httpUrl({ port: 'web', path: 'x?y=1', scheme: 'HTTPS' }, container, 'fd00::1').href).toBe(
    'https://[fd00::1]:8080/x?y=1',
  );
});

describe('probeHttp', () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const code = Number(request.url?.slice(1));
      if (request.url === '/wait') return;
      if (request.url === '/endless') {
        const write = (): void => {
          while (response.write('x'.repeat(1000)));
          response.once('drain', write);
        };
        return write();
      }
      if (code === 302) response.setHeader('location', '/200');
      response.statusCode = code;
      response.end(`${request.headers['user-agent']} ${request.headers['x-mine'] ?? ''}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['/200', true, /^kube-probe\/1\.36 yes$/],
    ['/302', true, /^kube-probe/],
    ['/endless', true, /^x{10240}$/],
    ['/404', false, /^HTTP probe failed with statuscode: 404$/],
    ['/wait', false, /^Get "http.*\/wait": context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)$/],
  ])('%s', async (path, isSuccess, output) => {
    const outcome = await probeHttp(new URL(base + path), { httpHeaders: [{ name: 'X-Mine', value: 'yes' }] }, path === '/wait' ? 200 : 30_000);
    expect(outcome).toEqual({ isSuccess, output: expect.stringMatching(output) });
  });

  it('sends all values of a header, and nothing for one that is to be empty', async () => {
    const httpHeaders = ['one', 'two'].map((value) => ({ name: 'X-Mine', value }));
    const { output } = await probeHttp(new URL(`${base}/200`), { httpHeaders: [...httpHeaders, { name: 'User-Agent', value: '' }] }, 30_000);
    expect(output).toBe(' one, two');
  });

  it('says that a server has no TLS', async () => {
    const url = new URL(`${base}/200`.replace('http', 'https'));
    expect(await probeHttp(url, {}, 30_000)).toEqual({ isSuccess: false, output: `Get "${url.href}": http: server gave HTTP response to HTTPS client` });
  });

  it('says that nobody listens', async () => {
    expect(await probeHttp(new URL('http://127.0.0.1:1/'), {}, 1000)).toEqual({
      isSuccess: false,
      output: 'Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    });
  });
});
