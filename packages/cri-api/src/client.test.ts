import { mkdtempSync, rmSync } from 'node:fs';
import { getEventListeners, once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { GrpcConnection, serviceClient } from './client';
import { cri } from './index';
import { serviceDefinition } from './server';

/** Against a real gRPC server whose `Status` never answers. */
describe('GrpcConnection', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cri-api-'));
  const socket = join(folder, 'server.sock');
  const server = new Server();
  const connection = new GrpcConnection(socket);
  let asked = new AbortController();

  beforeAll(async () => {
    const handlers = {
      Version: async () => ({ version: '', runtimeName: 'test', runtimeVersion: '', runtimeApiVersion: '' }),
      Status: () => {
        asked.abort();
        return new Promise<never>(() => undefined);
      },
      async *GetContainerEvents() {
        yield cri.ContainerEventResponse.decode(cri.ContainerEventResponse.encode({ containerId: 'first' }).finish());
        await new Promise(() => undefined);
      },
    };
    const { definition, implementation } = serviceDefinition(cri.RuntimeService, handlers, (error) => ({ code: status.UNKNOWN, details: String(error) }));
    server.addService(definition, implementation);
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve())),
    );
  });
  beforeEach(() => (asked = new AbortController()));
  afterAll(() => {
    connection.close();
    server.forceShutdown();
    rmSync(folder, { recursive: true });
  });

  const services = serviceClient(connection, cri.RuntimeService);

  it('cancels a call whose signal is aborted, while it runs or before', async () => {
    const stop = new AbortController();
    const call = services.Status({}, { signal: stop.signal });
    await once(asked.signal, 'abort');
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: status.CANCELLED });
    await expect(services.Status({}, { signal: stop.signal })).rejects.toMatchObject({ code: status.CANCELLED });
  });

  it('leaves nothing behind on a signal that outlives its calls', async () => {
    const { signal } = new AbortController();
    expect((await services.Version({}, { signal })).runtimeName).toBe('test');
    for await (const { containerId } of connection.stream(cri.RuntimeService.GetContainerEvents, {}, { signal })) {
      expect(containerId).toBe('first');
      break;
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('gives each call its time: its own, or that of the client', async () => {
    const impatient = serviceClient(connection, cri.RuntimeService, { timeoutMs: 1 });
    await expect(impatient.Status({})).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect((await impatient.Version({}, { timeoutMs: Infinity })).runtimeName).toBe('test');
  });
});
