import { type ServerUnaryCall, type sendUnaryData, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { probeGrpc } from './grpc';

/** The health service's answers to names of services: a status, or the code of an error. */
const ANSWERS: Readonly<Record<string, number>> = { '': 1, ['long'.repeat(50)]: 1, down: 2 };

function check({ request }: ServerUnaryCall<{ name: string }, number>, answer: sendUnaryData<number>): void {
  if (request.name === 'mute') return;
  const found = ANSWERS[request.name];
  if (found === undefined) answer({ code: status.NOT_FOUND, details: 'unknown service' });
  else answer(null, found);
}

async function serve(hasHealth: boolean): Promise<{ server: Server; address: string }> {
  const server = new Server();
  const Check = {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: (): Buffer => Buffer.alloc(0),
    // A name of 200 bytes has a length of two.
    requestDeserialize: (bytes: Buffer) => ({ name: bytes.subarray(bytes.length > 129 ? 3 : 2).toString() }),
    responseSerialize: (value: number) => Buffer.from([8, value]),
    responseDeserialize: (): number => 0,
  } as const;
  if (hasHealth) server.addService({ Check }, { Check: check });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  return { server, address: `127.0.0.1:${port}` };
}

describe('a gRPC probe', () => {
  let health: Awaited<ReturnType<typeof serve>>;
  let other: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    [health, other] = await Promise.all([serve(true), serve(false)]);
  });
  afterAll(() => {
    for (const { server } of [health, other]) server.forceShutdown();
  });

  it.each([
    ['', true, 'service healthy'],
    ['long'.repeat(50), true, 'service healthy'],
    ['down', false, 'service unhealthy (responded with "NOT_SERVING")'],
    ['none', false, 'error: health rpc probe failed: unknown service'],
  ])('of the service %j', async (service, isSuccess, output) => {
    expect(await probeGrpc(health.address, service, 30_000)).toEqual({ isSuccess, output });
  });

  it('ends in time where there is no answer', async () => {
    expect(await probeGrpc(health.address, 'mute', 200)).toEqual({ isSuccess: false, output: 'timeout: health rpc did not complete within 0.2s' });
  });

  it('tells a server without the health service', async () => {
    expect((await probeGrpc(other.address, '', 30_000)).output).toMatch(/^this server does not implement the grpc health protocol/);
  });

  it('says the same each time of a server that is not there, so that its events count as one', async () => {
    const output = 'timeout: failed to connect service "127.0.0.1:1" within 30s: context deadline exceeded';
    expect(await probeGrpc('127.0.0.1:1', '', 30_000)).toEqual({ isSuccess: false, output });
  });
});
