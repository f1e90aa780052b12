import { type Client, pods } from '@typekube/client';
import { TestApiServer } from '@typekube/client/testing';
import { silentLogger, systemClock } from '@typekube/component-base';
import { StatusWriter } from './status-writer';

const FINALIZER = 'example.com/counted';

describe('StatusWriter', () => {
  let server: TestApiServer;
  let client: Client;
  beforeAll(async () => {
    server = await TestApiServer.start();
    client = await server.client();
  });
  afterAll(() => server.stop());

  it('gives a pod no finalizer back that was taken from it while the watch was behind', async () => {
    const resource = client.for(pods, 'default');
    const watched = await resource.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', finalizers: [FINALIZER] }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    const writer = new StatusWriter(client, { clock: systemClock, log: silentLogger, mirrorOf: () => undefined });
    const write = async (phase: string): Promise<void> => {
      writer.submit(writer.newest(watched), { phase });
      await writer.flushed(watched.metadata.uid ?? '');
    };
    await write('Running');
    await resource.patch('p', { type: 'strategic', body: { metadata: { '$deleteFromPrimitiveList/finalizers': [FINALIZER] } } });
    await write('Failed');
    await write('Succeeded');
    const { metadata, status } = await resource.get('p');
    expect([status?.phase, metadata.finalizers]).toEqual(['Succeeded', undefined]);
    writer.close();
  });
});
