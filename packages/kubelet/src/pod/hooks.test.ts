import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@typekube/component-base';
import { GrpcConnection } from '@typekube/cri-api';
import { Runtime } from '../runtime/runtime';
import { containerNamed, podOf } from '../testing/objects';
import { runHook } from './hooks';

describe('a hook that asks a server', () => {
  const runtime = new Runtime(new GrpcConnection('/nowhere.sock'));
  let server: Server;
  let port: number;
  let seen: IncomingHttpHeaders[];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers);
      response.statusCode = Number(request.url?.slice(1));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    runtime.close();
  });

  const run = (handler: Parameters<typeof runHook>[0]): Promise<void> =>
    runHook(handler, { pod: podOf(['a']), container: containerNamed('a'), containerId: 'a-id', podIp: '127.0.0.1', timeoutSeconds: 10 }, { runtime, clock: systemClock });

  it.each([200, 404, 500])('has done its work whatever the answer is: %i', async (code) => {
    await run({ httpGet: { port, path: `/${code}` } });
    expect(seen).toMatchObject([{ 'user-agent': 'kube-lifecycle/1.36', accept: '*/*' }]);
  });

  it('asks without TLS where the server has none, and does not show its authorization then', async () => {
    const httpHeaders = [
      { name: 'Authorization', value: 'secret' },
      { name: 'X-Mine', value: 'yes' },
    ];
    await run({ httpGet: { port, path: '/200', scheme: 'HTTPS', httpHeaders } });
    expect(seen).toMatchObject([{ 'x-mine': 'yes' }]);
    expect(seen[0]).not.toHaveProperty('authorization');
  });

  it.each([
    ['nobody listens', { httpGet: { port: 1, path: '/' } }, 'Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused'],
    ['it is a TCP socket', { tcpSocket: { port: 1 } }, 'invalid handler: a hook cannot open a TCP socket'],
  ])('fails where %s', async (_, handler, message) => {
    await expect(run(handler)).rejects.toThrow(message);
  });
});
