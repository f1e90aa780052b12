import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { newBadRequest } from '@typekube/apimachinery';
import type { Authorizer } from '../authz/authorizer';
import { TestServer } from '../testing';
import type { Filter } from './filter';

const PODS = '/api/v1/namespaces/default/pods';

describe('limits', () => {
  /** Holds requests of pods until `release`. */
  function gate(): { authorizer: Authorizer; release: () => void; waiting: () => number } {
    let waiting = 0;
    let release: () => void = () => undefined;
    const open = new Promise<void>((resolve) => (release = resolve));
    const authorizer: Authorizer = {
      async authorize({ resource }) {
        if (resource === 'pods') {
          waiting += 1;
          await open;
        }
        return { decision: 'Allow', reason: '' };
      },
    };
    return { authorizer, release, waiting: () => waiting };
  }

  it('refuses what is too much with 429, reads and writes apart, and not the masters', async () => {
    const { authorizer, release, waiting } = gate();
    await using server = await TestServer.start({
      authorizer, inFlight: { maxReadOnly: 2, maxMutating: 1 }, tokens: { user: { name: 'user', groups: [] } },
    });
    const user = server.client({ token: 'user' });
    const held = [1, 2].map(() => user.http1({ method: 'GET', path: PODS }));
    while (waiting() < 2) await new Promise((resolve) => setImmediate(resolve));
    const refused = await user.http1({ method: 'GET', path: '/healthz' });
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.body).toMatchObject({ kind: 'Status', reason: 'TooManyRequests', message: 'Too many requests, please try again later.' });
    const watch = await server.watch('/api/v1/configmaps');
    watch.close();
    expect((await user.http1({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'a' } } })).status).toBe(201);
    expect((await server.request('GET', '/healthz')).status).toBe(200);
    release();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await user.http1({ method: 'GET', path: '/healthz' })).status).toBe(200);
  });

  it('gives back what pipelined requests hold when their connection is cut', async () => {
    const { authorizer, release, waiting } = gate();
    let ended = 0;
    let onAllEnded: () => void = () => undefined;
    const allEnded = new Promise<void>((resolve) => (onAllEnded = resolve));
    const metrics: Filter = (next) => (request, response) => {
      if (request.context.info.resource === 'pods') request.context.atEnd.push(() => ++ended === 3 && onAllEnded());
      return next(request, response);
    };
    await using server = await TestServer.start({ authorizer, metrics, inFlight: { maxReadOnly: 3, maxMutating: 1 }, tokens: { user: { name: 'user', groups: [] } } });
    const socket = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write(`GET ${PODS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer user\r\n\r\n`.repeat(3));
    while (waiting() < 3) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await allEnded;
    release();
    expect((await server.client({ token: 'user' }).http1({ method: 'GET', path: PODS })).status).toBe(200);
    expect(server.errors).toEqual([]);
  });

  it('answers 504 to what takes too long, once, and logs nothing', async () => {
    const { authorizer, release } = gate();
    await using server = await TestServer.start({ authorizer, requestTimeoutSeconds: 0.05 });
    for (const answer of [await server.request('GET', PODS), await server.request2('GET', PODS)]) {
      expect(answer.status).toBe(504);
      expect(answer.body).toMatchObject({ reason: 'Timeout', message: 'Timeout: request did not complete within the allotted timeout' });
    }
    expect((await server.request('GET', `${PODS}?timeout=1h`)).status).toBe(504);
    const unreadable = await server.request('GET', `${PODS}?timeout=x`);
    expect([unreadable.status, unreadable.body.message]).toEqual([
      400, expect.stringMatching(/^invalid timeout specified in the request URL - time: invalid duration "?x"?/),
    ]);
    release();
    expect((await server.request('GET', PODS)).status).toBe(200);
    expect(server.errors).toEqual([]);
  });

  it('leaves an answer of 504 whole if the request fails in the turn in which it is sent', async () => {
    let fail: (error: Error) => void = () => undefined;
    const authorizer: Authorizer = { authorize: () => new Promise((_, reject) => (fail = reject)) };
    const metrics: Filter = (next) => (request, response) => {
      const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => typeof response;
      Object.assign(response, {
        writeHead: (...args: unknown[]) => {
          fail(newBadRequest('late'));
          return writeHead(...args);
        },
      });
      return next(request, response);
    };
    await using server = await TestServer.start({ authorizer, metrics, requestTimeoutSeconds: 0.05, namespaces: [] });
    for (const answer of [await server.request('GET', PODS), await server.request2('GET', PODS)]) {
      expect([answer.status, answer.body.reason]).toEqual([504, 'Timeout']);
    }
  });

  it('answers 504 sooner where the client asks so', async () => {
    const { authorizer, release } = gate();
    await using server = await TestServer.start({ authorizer });
    expect((await server.request('GET', `${PODS}?timeout=10ms`)).status).toBe(504);
    release();
    expect((await server.request('GET', `${PODS}?timeout=0`)).status).toBe(200);
  });

  it('survives a handler that throws, before and after its answer has begun', async () => {
    await using server = await TestServer.start({
      addRoutes: (router) => {
        router.get('/sync', () => {
          throw new Error('sync');
        });
        router.get('/late', (_request, response) => {
          response.writeHead(200);
          response.write('some');
          throw new Error('late');
        });
      },
    });
    for (const answer of [await server.request('GET', '/sync'), await server.request2('GET', '/sync')]) {
      expect(answer.status).toBe(500);
      expect(answer.body).toMatchObject({ kind: 'Status', reason: 'InternalError', code: 500 });
      expect(answer.text).not.toContain('sync');
    }
    await expect(server.request('GET', '/late')).rejects.toThrow();
    await expect(server.request2('GET', '/late')).rejects.toThrow();
    expect(server.errors.map(({ message }) => message)).toEqual(['GET /sync', 'GET /sync', 'GET /late', 'GET /late']);
  });
});

describe('stopping', () => {
  it('ends watches cleanly and does not wait for idle connections', async () => {
    const server = await TestServer.start();
    const watch = await server.watch(PODS);
    const idle = connectTls({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false });
    await once(idle, 'secureConnect');
    const silent = connect(server.port, '127.0.0.1');
    await once(silent, 'connect');
    silent.on('error', () => undefined);
    await server.request2('GET', PODS);
    const started = performance.now();
    const rest = watch.rest();
    await server.stop();
    expect(await rest).toEqual([]);
    expect(performance.now() - started).toBeLessThan(3000);
    idle.destroy();
    silent.destroy();
  });

  it('lets running requests end', async () => {
    let entered: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (entered = resolve));
    let release: () => void = () => undefined;
    const open = new Promise<void>((resolve) => (release = resolve));
    const server = await TestServer.start({
      authorizer: {
        async authorize({ resource }) {
          if (resource === 'pods') {
            entered();
            await open;
          }
          return { decision: 'Allow', reason: '' };
        },
      },
    });
    const answer = server.request('GET', PODS);
    await running;
    const stopped = server.server.stop();
    release();
    expect((await answer).status).toBe(200);
    await stopped;
    await server.stop();
  });
});
