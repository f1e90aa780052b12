import type { corev1 } from '@typekube/api';
import { type Client, nodes, pods } from '@typekube/client';
import { eventually, TestApiServer } from '@typekube/client/testing';
import { silentLogger, systemClock } from '@typekube/component-base';
import type { Pod } from '../objects';
import { StatusWriter } from '../status/status-writer';
import { readManifest } from './manifest';
import { MirrorPods, type StaticPods } from './mirror-pods';

const manifest = (image: string): Pod =>
  readManifest(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image }] } }), { path: '/web', node: 'n1' });

describe('MirrorPods', () => {
  let server: TestApiServer;
  let client: Client;
  let mirrors: MirrorPods;
  let running: Promise<void>;
  const stop = new AbortController();
  /** What runs here. */
  let found: { pod: Pod; isEnding: boolean } | undefined;
  const statics: StaticPods = { find: () => found, fullNames: () => (found ? ['default/web-n1'] : []) };

  beforeAll(async () => {
    server = await TestApiServer.start();
    client = await server.client();
    const node = await client.for(nodes).create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
    mirrors = new MirrorPods({ client, statics, node: () => node, clock: systemClock, log: silentLogger });
    running = mirrors.run(stop.signal);
  });

  afterAll(async () => {
    stop.abort();
    await running;
    await server.stop();
  });

  const inApi = async (): Promise<corev1.Pod | undefined> => (await client.for(pods, 'default').list()).items[0];

  function runs(pod: Pod | undefined, isEnding = false): void {
    found = pod && { pod, isEnding };
    mirrors.notify();
  }

  it('are made, made anew where their pod is another, and go when it has ended', async () => {
    const first = manifest('i:1');
    runs(first);
    await eventually(async () => (await inApi()) !== undefined);
    const mirror = await inApi();
    expect(mirror?.metadata.ownerReferences).toEqual([expect.objectContaining({ kind: 'Node', name: 'n1', controller: true })]);
    expect(mirror?.metadata.uid).not.toBe(first.metadata.uid);
    expect(mirrors.of(first)?.metadata.uid).toBe(mirror?.metadata.uid);

    const second = manifest('i:2');
    expect(mirrors.of(second)).toBeUndefined();
    runs(second);
    await eventually(async () => (await inApi())?.spec?.containers[0]?.image === 'i:2');
    expect((await inApi())?.metadata.uid).not.toBe(mirror?.metadata.uid);

    runs(second, true);
    expect(await inApi()).toBeDefined();
    runs(undefined);
    await eventually(async () => (await inApi()) === undefined);
  });

  it('are made again where somebody deletes them, and bear the status of their pod', async () => {
    const pod = manifest('i:1');
    runs(pod);
    await eventually(async () => (await inApi()) !== undefined);
    await client.for(pods, 'default').delete('web-n1', { gracePeriodSeconds: 60 });
    const deleted = await inApi();
    if (deleted) mirrors.see(deleted);
    await eventually(async () => {
      const again = await inApi();
      return again !== undefined && again.metadata.deletionTimestamp === undefined;
    });
    const writer = new StatusWriter(client, { clock: systemClock, log: silentLogger, mirrorOf: (each) => mirrors.of(each) });
    writer.submit(pod, { phase: 'Running' });
    await writer.flushed(pod.metadata.uid ?? '');
    expect((await inApi())?.status).toMatchObject({ phase: 'Running', observedGeneration: 1 });
    expect(writer.newest(pod).status?.phase).toBe('Running');
    writer.close();
  });
});
