import { once } from 'node:events';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { ADMIN_TOKEN, type TestEvent, TestServer, type TestWatch } from '../testing';

const MAPS = '/api/v1/namespaces/default/configmaps';

/** The messages of a watch over WebSocket, read off the bare connection: a server's frames are not masked. */
class Messages {
  private received: Buffer;

  constructor(readonly socket: Duplex, head: Buffer) {
    this.received = head;
    socket.on('data', (bytes: Buffer) => (this.received = Buffer.concat([this.received, bytes])));
  }

  /** The next event; undefined when the server closes. */
  async next(): Promise<TestEvent | undefined> {
    while (this.received.length < 4 || this.received.length < frameLength(this.received)) await once(this.socket, 'data');
    const frame = this.received.subarray(0, frameLength(this.received));
    this.received = this.received.subarray(frame.length);
    return frame[0] === 0x88 ? undefined : JSON.parse(frame.subarray(frame[1] === 126 ? 4 : 2).toString());
  }
}

function frameLength(frame: Buffer): number {
  return frame[1] === 126 ? 4 + frame.readUInt16BE(2) : 2 + (frame[1] ?? 0);
}

async function openMessages(server: TestServer, path: string): Promise<Messages> {
  const headers = {
    authorization: `Bearer ${ADMIN_TOKEN}`, connection: 'Upgrade', upgrade: 'websocket',
    'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  const sent = request({ port: server.port, path, headers, rejectUnauthorized: false }).end();
  return new Promise((resolve, reject) => {
    sent.once('upgrade', (_response, socket, head) => resolve(new Messages(socket, head)));
    sent.once('error', reject);
  });
}

describe('watches', () => {
  let server: TestServer;
  const open: TestWatch[] = [];

  beforeAll(async () => {
    server = await TestServer.start({ namespaces: ['default', 'other'] });
  });

  afterEach(async () => {
    for (const watch of open.splice(0)) watch.close();
    await server.request('DELETE', MAPS);
    await server.request('DELETE', '/api/v1/namespaces/other/configmaps');
  });

  afterAll(() => server.stop());

  const watch = async (query = '', path = MAPS, headers?: Record<string, string>): Promise<TestWatch> => {
    const opened = await server.watch(`${path}?${query}`, headers);
    open.push(opened);
    return opened;
  };
  const create = async (name: string, labels: Record<string, string> = {}, path = MAPS): Promise<string> => {
    return (await server.request('POST', path, { metadata: { name, labels } })).body.metadata.resourceVersion ?? '';
  };
  const change = async (name: string, patch: object): Promise<string> => {
    return (await server.patch(`${MAPS}/${name}`, 'merge', patch)).body.metadata.resourceVersion ?? '';
  };
  const remove = (name: string): Promise<unknown> => server.request('DELETE', `${MAPS}/${name}`);
  const brief = ({ type, object }: TestEvent): string => `${type} ${object.metadata.name}`;
  const revision = async (): Promise<string> => (await server.request('GET', MAPS)).body.metadata.resourceVersion ?? '';

  it('begins with the present objects, then tells each change once', async () => {
    await create('a');
    await create('b');
    const events = await watch();
    expect((await events.take(2)).map(brief)).toEqual(['ADDED a', 'ADDED b']);
    await create('c');
    const changed = await change('a', { data: { x: 'y' } });
    await remove('b');
    const [added, modified, deleted] = await events.take(3);
    expect([added, modified, deleted].map((event) => brief(event!))).toEqual(['ADDED c', 'MODIFIED a', 'DELETED b']);
    expect(modified!.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: changed }, data: { x: 'y' } });
    expect(Number(deleted!.object.metadata.resourceVersion)).toBeGreaterThan(Number(changed));
  });

  it('resumes after any revision without gap or duplicate', async () => {
    const start = await revision();
    const revisions = [start];
    for (let i = 0; i < 20; i += 1) revisions.push(await create(`map-${i}`));
    for (const [index, from] of revisions.entries()) {
      const events = await watch(`resourceVersion=${from}`);
      const names = Array.from({ length: 20 - index }, (_, i) => `ADDED map-${index + i}`);
      expect((await events.take(20 - index)).map(brief)).toEqual(names);
      events.close();
    }
  });

  it('many watches that resume in the middle of a storm of writes see the same', async () => {
    const start = await revision();
    const writes = Promise.all(Array.from({ length: 10 }, async (_, writer) => {
      for (let i = 0; i < 20; i += 1) await create(`w${writer}-${i}`);
    }));
    const runs = Promise.all(Array.from({ length: 10 }, async (_, reader) => {
      const seen: string[] = [];
      let from = start;
      while (seen.length < 200) {
        const events = await watch(`resourceVersion=${from}`);
        const taken = await events.take(Math.min(7 + reader, 200 - seen.length));
        seen.push(...taken.map(({ object }) => object.metadata.resourceVersion ?? ''));
        from = seen.at(-1)!;
        events.close();
      }
      return seen;
    }));
    await writes;
    const [first, ...others] = await runs;
    expect(new Set(first).size).toBe(200);
    expect(first).toEqual([...first!].sort((a, b) => Number(a) - Number(b)));
    for (const other of others) expect(other).toEqual(first);
  });

  it('waits for a revision that is yet to come', async () => {
    const now = Number(await revision());
    const events = await watch(`resourceVersion=${now + 1}`);
    await create('a');
    await create('b');
    expect((await events.take(1)).map(brief)).toEqual(['ADDED b']);
  });

  it('tells by an ERROR event that a revision is too old', async () => {
    // A server that starts knows nothing of what was before.
    await using second = await TestServer.start({ store: server.store, namespaces: [] });
    const events = await second.watch(`${MAPS}?resourceVersion=1`);
    const [error, ...rest] = await events.rest();
    expect(rest).toEqual([]);
    expect(error).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired', message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/) },
    });
  });

  it('shows what enters and leaves a selection', async () => {
    const events = await watch('labelSelector=team%3Da');
    await create('x', { team: 'b' });
    const entered = await change('x', { metadata: { labels: { team: 'a' } } });
    const inside = await change('x', { data: { a: 'b' } });
    const left = await change('x', { metadata: { labels: { team: 'b' } } });
    await remove('x');
    await create('y', { team: 'a' });
    const seen = await events.take(4);
    expect(seen.map((event) => [brief(event), event.object.metadata.resourceVersion])).toEqual([
      ['ADDED x', entered], ['MODIFIED x', inside], ['DELETED x', left], ['ADDED y', expect.any(String)],
    ]);
    expect(seen[2]!.object).toMatchObject({ data: { a: 'b' }, metadata: { labels: { team: 'a' } } });
  });

  it('watches by name, by namespace and in the old form of the path', async () => {
    const watches = await Promise.all([
      watch('fieldSelector=metadata.name%3Da'),
      watch('', '/api/v1/configmaps'),
      watch('', '/api/v1/watch/namespaces/default/configmaps/a'),
      watch('', '/api/v1/watch/configmaps'),
      watch('', '/api/v1/watch/namespaces/default/configmaps'),
    ]);
    await create('b', {}, '/api/v1/namespaces/other/configmaps');
    await create('b');
    await create('a');
    expect(await Promise.all([1, 3, 1, 3, 2].map(async (count, i) => (await watches[i]!.take(count)).map(brief)))).toEqual([
      ['ADDED a'], ['ADDED b', 'ADDED b', 'ADDED a'], ['ADDED a'], ['ADDED b', 'ADDED b', 'ADDED a'], ['ADDED b', 'ADDED a'],
    ]);
    const answer = await server.request('GET', '/api/v1/watch/namespaces/default/configmaps/a?fieldSelector=metadata.name%3Db');
    expect([answer.status, answer.body.message]).toEqual([400, "fieldSelector metadata.name doesn't match requested name"]);
  });

  it('sends the initial events and a bookmark at their end', async () => {
    await create('a');
    await create('b');
    const events = await watch('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true');
    const [, , bookmark] = await events.take(3);
    expect(bookmark).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: await revision(), annotations: { 'k8s.io/initial-events-end': 'true' } },
      },
    });
    await create('c');
    expect((await events.take(1)).map(brief)).toEqual(['ADDED c']);
  });

  it.each(['', '&resourceVersion=0'])('marks the end of the initial events of a watch of old, too (%s)', async (version) => {
    await create('a');
    const events = await watch(`allowWatchBookmarks=true${version}`);
    const [, bookmark] = await events.take(2);
    expect(bookmark?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('tells browsers by messages of a WebSocket, until either side closes it', async () => {
    const { cache } = server.server.core.endpoints.resource('', 'configmaps');
    const listening = cache.listenerCount;
    await create('a');
    const [short, long] = await Promise.all([openMessages(server, `${MAPS}?watch=1&timeoutSeconds=1`), openMessages(server, `${MAPS}?watch=1`)]);
    const next = async (messages: Messages): Promise<string | undefined> => {
      const event = await messages.next();
      return event && brief(event);
    };
    expect([await next(short), await next(long)]).toEqual(['ADDED a', 'ADDED a']);
    expect(await next(short)).toBeUndefined();
    await create('b');
    await create('c');
    expect([await next(long), await next(long)]).toEqual(['ADDED b', 'ADDED c']);
    long.socket.destroy();
    while (cache.listenerCount > listening) await new Promise((resolve) => setImmediate(resolve));
  });

  it.each(['foo', 'h2c'])('takes no notice of a wish to change to %s', async (upgrade) => {
    await create('a');
    const events = await watch('', MAPS, { connection: 'Upgrade', upgrade });
    expect((await events.take(1)).map(brief)).toEqual(['ADDED a']);
  });

  it('sends no initial events where they are not wanted', async () => {
    await create('a');
    const events = await watch('sendInitialEvents=false&resourceVersionMatch=NotOlderThan');
    await create('b');
    expect((await events.take(1)).map(brief)).toEqual(['ADDED b']);
  });

  it('answers 504 for initial events of a revision that is yet to come', async () => {
    const path = `${MAPS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=1000000`;
    expect((await server.request('GET', path)).status).toBe(504);
  });

  it('ends after timeoutSeconds', async () => {
    await create('a');
    const events = await watch('timeoutSeconds=1');
    expect((await events.rest()).map(brief)).toEqual(['ADDED a']);
    const long = await watch('timeoutSeconds=99999999999');
    expect((await long.take(1)).map(brief)).toEqual(['ADDED a']);
  });

  it('gives tables: columns in the first event only', async () => {
    await create('a');
    const events = await watch('', MAPS, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    const [first] = await events.take(1);
    await create('b');
    const [second] = await events.take(1);
    expect(first!.object).toMatchObject({
      kind: 'Table', apiVersion: 'meta.k8s.io/v1', columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
      rows: [{ cells: ['a', 0, expect.any(String)], object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }],
    });
    expect(second!.object).toMatchObject({ kind: 'Table', rows: [{ cells: ['b', 0, expect.any(String)] }] });
    expect((second!.object as { columnDefinitions?: unknown[] }).columnDefinitions ?? []).toEqual([]);
  });

  it('gives metadata only', async () => {
    const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
    const events = await watch('', MAPS, { accept });
    await create('a');
    await change('a', { data: { secret: 'x' } });
    const seen = await events.take(2);
    expect(seen.map(({ object }) => [object.kind, object.apiVersion, object.data])).toEqual(
      [0, 1].map(() => ['PartialObjectMetadata', 'meta.k8s.io/v1', undefined]),
    );
  });

  it('gives a state that is larger than what may wait for a client', async () => {
    const text = 'x'.repeat(900_000);
    for (let i = 0; i < 24; i += 1) await server.request('POST', MAPS, { metadata: { name: `large-${String(i).padStart(2, '0')}` }, data: { text } });
    const events = await watch('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true');
    await create('zz');
    const seen = await events.take(26);
    expect(seen.slice(0, 24).map(({ type, object }) => [type, object.data?.['text']?.length])).toEqual(seen.slice(0, 24).map(() => ['ADDED', 900_000]));
    expect(seen.slice(24).map(({ type }) => type)).toEqual(['BOOKMARK', 'ADDED']);
  });

  it.each(['http/1.1', 'h2'])('cuts off a client that does not read, over %s, and holds up no other', async (protocol) => {
    const { cache } = server.server.core.endpoints.resource('', 'configmaps');
    const other = await watch('resourceVersion=' + (await revision()));
    const path = `${MAPS}?watch=1`;
    const client = server.client({ token: ADMIN_TOKEN });
    const slow = protocol === 'h2'
      ? client.http2Session().request({ ':path': path, authorization: `Bearer ${ADMIN_TOKEN}` })
      : await client.open({ method: 'GET', path });
    slow.on('error', () => undefined);
    if (protocol === 'h2') await once(slow, 'response');
    slow.pause();
    expect(cache.listenerCount).toBe(2);
    await create('big');
    const text = 'x'.repeat(900_000);
    const seen = await other.take(1);
    let writes = 0;
    for (; cache.listenerCount > 1 && writes < 100; writes += 1) {
      await change('big', { data: { text: `${text}${writes}` } });
      seen.push(...(await other.take(1)));
    }
    expect(cache.listenerCount).toBe(1);
    expect(writes).toBeLessThan(60);
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', ...Array.from({ length: writes }, () => 'MODIFIED')]);
    slow.destroy();
  });

  it('releases what it holds when its client goes', async () => {
    const { cache } = server.server.core.endpoints.resource('', 'configmaps');
    const before = cache.listenerCount;
    const watches = await Promise.all(Array.from({ length: 20 }, () => watch()));
    expect(cache.listenerCount).toBe(before + 20);
    for (const each of watches) each.close();
    while (cache.listenerCount > before) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('bookmarks', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'setTimeout', 'queueMicrotask', 'performance', 'Date'] }));
  afterEach(() => jest.useRealTimers());

  it('come once a minute to those who asked, at the revision of the cache', async () => {
    await using server = await TestServer.start();
    const { body: { metadata } } = await server.request('GET', MAPS);
    const asked = await server.watch(`${MAPS}?allowWatchBookmarks=true&resourceVersion=${metadata.resourceVersion}`);
    await server.request('POST', '/api/v1/namespaces', { metadata: { name: 'elsewhere' } });
    const { body } = await server.request('GET', MAPS);
    jest.advanceTimersByTime(60_000);
    expect(await asked.take(1)).toEqual([
      { type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: body.metadata.resourceVersion } } },
    ]);
    asked.close();
  });
});
