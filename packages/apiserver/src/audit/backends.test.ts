import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import { TestServer } from '../testing';
import { Auditor } from './auditor';
import type { AuditBackend } from './backend';
import { BatchBuffer, MAX_WAITING_CHARS } from './batch-buffer';
import { legacyLine } from './legacy-line';
import { LogBackend } from './log-backend';
import { parsePolicy } from './policy';
import { RotatingFile } from './rotating-file';
import { Collected, event } from './testing/events';
import { TruncatingBackend } from './truncating-backend';
import { WebhookBackend } from './webhook-backend';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

describe('truncating', () => {
  const large = 'x'.repeat(20_000);
  const truncated = (inner: AuditBackend, maxEventBytes: number, onError = (error: unknown): void => expect(error).toBeUndefined()): TruncatingBackend =>
    new TruncatingBackend(inner, { maxEventBytes, onError });

  it('takes the objects out of events that are too large, and leaves others as they are', async () => {
    const log = new Collected();
    const policy = await parsePolicy('apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: RequestResponse}]');
    await using server = await TestServer.start({ auditor: new Auditor(policy, [truncated(log, 10_000)]) });
    await server.request('POST', CONFIG_MAPS, { metadata: { name: 'large' }, data: { large } });
    await server.request('POST', `${CONFIG_MAPS}?small`, { metadata: { name: 'small' }, data: { a: 'b' } });
    const [[cut], [whole]] = [await log.of(CONFIG_MAPS), await log.of(`${CONFIG_MAPS}?small`)];
    expect(cut).toMatchObject({ level: 'RequestResponse', objectRef: { name: 'large' }, responseStatus: { code: 201 }, annotations: { 'audit.k8s.io/truncated': 'true', 'authorization.k8s.io/decision': 'allow' } });
    expect([cut, whole].map((each) => [each?.['requestObject'] !== undefined, each?.['responseObject'] !== undefined])).toEqual([[false, false], [true, true]]);
    expect(whole?.['annotations']).not.toHaveProperty('audit.k8s.io/truncated');
  });

  it('counts and tells of what is too large even so, and lets the request go on', () => {
    const [log, errors] = [new Collected(), new Array<unknown>()];
    const backend = truncated(log, 1000, (error) => errors.push(error));
    const huge = { ...event(`"a":"${large}"`), chars: large.length };
    expect(backend.take(huge)).toBe(true);
    expect(backend.take({ ...huge, withoutObjects: () => huge })).toBe(true);
    expect([log.events.length, backend.dropped, errors.map(String)]).toEqual([0, 2, Array(2).fill('Error: event is too large even after truncating')]);
  });

  it('counts bytes, not characters, and the end of the line', () => {
    const [log, errors] = [new Collected(), new Array<unknown>()];
    const text = event(`"a":"${'é'.repeat(500)}"`);
    const size = Buffer.byteLength(text.json) + 1;
    const exact = { ...text, chars: 10_000 };
    expect([truncated(log, size).take(exact), truncated(log, size - 1, (error) => errors.push(error)).take(exact)]).toEqual([true, true]);
    expect([log.events.length, errors.length]).toEqual([1, 1]);
  });
});

describe('the log backend', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'typekube-audit-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('rotates by size, keeps so many, compresses them, and lets only its owner read', async () => {
    let now = Date.UTC(2024, 0, 1);
    const errors: unknown[] = [];
    const file = new RotatingFile(join(folder, 'audit.log'), { maxBytes: 10, maxBackups: 2, maxAgeMs: 0, compress: true, now: () => now, onError: (error) => errors.push(error) });
    for (let i = 0; i < 5; i += 1, now += 1000) file.write(Buffer.from(`line ${i}\n`));
    await file.settled();
    file.close();
    expect(errors).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['audit-2024-01-01T00-00-03.000.log.gz', 'audit-2024-01-01T00-00-04.000.log.gz', 'audit.log']);
    expect(gunzipSync(readFileSync(join(folder, 'audit-2024-01-01T00-00-04.000.log.gz'))).toString()).toBe('line 3\n');
    expect(readFileSync(join(folder, 'audit.log'), 'utf8')).toBe('line 4\n');
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('removes what is too old, and goes on where it was', async () => {
    let now = Date.UTC(2024, 0, 1);
    const options = { maxBytes: 10, maxBackups: 0, maxAgeMs: 5000, compress: false, now: () => now, onError: (error: unknown) => expect(error).toBeUndefined() };
    for (const text of ['first 1\n', 'second 2\n', 'third 3\n']) {
      const file = new RotatingFile(join(folder, 'audit.log'), options);
      file.write(Buffer.from(text));
      await file.settled();
      file.close();
      now += 6000;
    }
    expect(readdirSync(folder).sort()).toEqual(['audit-2024-01-01T00-00-12.000.log', 'audit.log']);
  });

  it('goes on where somebody has taken the file away, or its folder for a while', async () => {
    const path = join(folder, 'deep', 'audit.log');
    const file = new RotatingFile(path, { maxBytes: 10, maxBackups: 0, maxAgeMs: 0, compress: false, onError: (error) => expect(error).toBeUndefined() });
    file.write(Buffer.from('first 1\n'));
    rmSync(path);
    file.write(Buffer.from('second 2\n'));
    expect(readFileSync(path, 'utf8')).toBe('second 2\n');
    await file.settled();
    rmSync(join(folder, 'deep'), { recursive: true });
    expect(() => file.write(Buffer.from('third 3\n'))).toThrow('ENOENT');
    expect(() => file.write(Buffer.from('fourth 4\n'))).toThrow('ENOENT');
    mkdirSync(join(folder, 'deep'));
    file.write(Buffer.from('fifth 5\n'));
    expect(readFileSync(path, 'utf8')).toBe('fifth 5\n');
    await file.settled();
    file.close();
  });

  it('removes what is too old when it begins, not only when it rotates', async () => {
    writeFileSync(join(folder, 'audit-2024-01-01T00-00-00.000.log'), 'old');
    const file = new RotatingFile(join(folder, 'audit.log'), { maxBytes: 1000, maxBackups: 0, maxAgeMs: 5000, compress: false, onError: (error) => expect(error).toBeUndefined() });
    await file.settled();
    file.close();
    expect(readdirSync(folder)).toEqual(['audit.log']);
  });

  it.each(['batch', 'blocking', 'blocking-strict'] as const)('writes every event in mode %s', async (mode) => {
    const file = new RotatingFile(join(folder, 'audit.log'), { maxBytes: 0, maxBackups: 0, maxAgeMs: 0, compress: false, onError: () => undefined });
    const batch = { bufferSize: 10, maxSize: 2, maxWaitMs: 1000, throttle: undefined };
    const log = new LogBackend(file, { format: 'json', mode, batch, clock: systemClock, onError: () => undefined });
    for (let i = 0; i < 5; i += 1) expect(log.take(event(`"n":${i}`))).toBe(true);
    await log.stop();
    expect(readFileSync(join(folder, 'audit.log'), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { n: number }).n)).toEqual([0, 1, 2, 3, 4]);
  });

  it('says in strict mode that an event is lost', () => {
    const broken = { write: () => { throw new Error('disk full'); }, close: () => undefined };
    const errors: unknown[] = [];
    const batch = { bufferSize: 1, maxSize: 1, maxWaitMs: 0, throttle: undefined };
    const log = new LogBackend(broken, { format: 'json', mode: 'blocking-strict', batch, clock: systemClock, onError: (error) => errors.push(error) });
    expect(log.take(event('"a":1'))).toBe(false);
    expect([log.dropped, errors]).toEqual([1, [new Error('disk full')]]);
  });

  it('knows the one-line format', () => {
    expect(legacyLine(event('').summary(), 'ResponseComplete')).toBe(
      '1970-01-01T00:00:00.000Z AUDIT: id="id" stage="ResponseComplete" ip="1.2.3.4" method="get" user="ann" groups="\\"a\\",\\"b\\"" as="<self>" asgroups="<lookup>" user-agent="x \\"y\\"" namespace="<none>" uri="/" response="200"',
    );
  });
});

describe('batching', () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('sends full batches at once, others after a while, and drops what does not fit', async () => {
    const clock = new FakeClock();
    const batches: number[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const buffer = new BatchBuffer({ bufferSize: 3, maxSize: 2, maxWaitMs: 1000, throttle: undefined }, clock, async (batch) => {
      batches.push(batch.length);
      await gate;
    });
    buffer.add(event(''));
    await turn();
    expect(batches).toEqual([]);
    clock.advance(1000);
    await turn();
    expect(batches).toEqual([1]);
    for (let i = 0; i < 5; i += 1) buffer.add(event(''));
    expect(buffer.dropped).toBe(2);
    release();
    await turn();
    expect(batches).toEqual([1, 2]);
    await buffer.stop();
    expect(batches).toEqual([1, 2, 1]);
  });

  it('holds no more than so many characters, however few the events', async () => {
    const clock = new FakeClock();
    const sent: number[] = [];
    const buffer = new BatchBuffer({ bufferSize: 10_000, maxSize: 100, maxWaitMs: 1000, throttle: undefined }, clock, (batch) => Promise.resolve(void sent.push(batch.length)));
    const large = { ...event(''), chars: MAX_WAITING_CHARS / 4 };
    for (let i = 0; i < 6; i += 1) buffer.add(large);
    expect(buffer.dropped).toBe(2);
    clock.advance(1000);
    await turn();
    buffer.add(large);
    expect(buffer.dropped).toBe(2);
    await buffer.stop();
    expect(sent).toEqual([4, 1]);
  });

  it('sends no more often than it may', async () => {
    const clock = new FakeClock();
    let sent = 0;
    const buffer = new BatchBuffer({ bufferSize: 100, maxSize: 1, maxWaitMs: 0, throttle: { qps: 2, burst: 3 } }, clock, () => Promise.resolve(void (sent += 1)));
    for (let i = 0; i < 10; i += 1) buffer.add(event(''));
    await turn();
    expect(sent).toBe(3);
    clock.advance(500);
    await turn();
    expect(sent).toBe(4);
  });
});

describe('the webhook backend', () => {
  it('posts lists, tries again what fails, and counts what is lost', async () => {
    const bodies: { items: { n: number }[]; kind: string }[] = [];
    const codes = [503, 200, 400, 400, 400, 400, 400];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        bodies.push({ ...(JSON.parse(text) as { items: { n: number }[]; kind: string }) });
        response.writeHead(codes[bodies.length - 1] ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const errors: unknown[] = [];
    const webhook = new WebhookBackend({
      target: { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`), authorization: () => 'Bearer x', tls: {} },
      mode: 'batch', batch: { bufferSize: 100, maxSize: 2, maxWaitMs: 0, throttle: undefined }, initialBackoffMs: 1, clock: systemClock,
      onError: (error) => errors.push(error),
    });
    for (let n = 0; n < 4; n += 1) webhook.take(event(`"n":${n}`));
    while (bodies.length < 7) await new Promise((resolve) => setImmediate(resolve));
    await webhook.stop();
    expect(bodies.map(({ kind, items }) => [kind, items.map(({ n }) => n)])).toEqual([...Array(2).fill(['EventList', [0, 1]]), ...Array(5).fill(['EventList', [2, 3]])]);
    expect([webhook.dropped, errors.map(String)]).toEqual([2, [expect.stringMatching(/^WebhookStatusError: .* answered 400: /)]]);
    await new Promise((resolve) => server.close(resolve));
  });

  it('sends a batch in parts where it is larger than a request may be', async () => {
    const sizes: number[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        sizes.push((JSON.parse(text) as { items: unknown[] }).items.length);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const webhook = new WebhookBackend({
      target: { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`), authorization: () => undefined, tls: {} },
      mode: 'batch', batch: { bufferSize: 100, maxSize: 5, maxWaitMs: 60_000, throttle: undefined }, maxBatchBytes: 250, initialBackoffMs: 1, clock: systemClock,
      onError: (error) => expect(error).toBeUndefined(),
    });
    for (const length of [100, 100, 100, 300, 100]) webhook.take(event(`"a":"${'x'.repeat(length)}"`));
    await webhook.stop();
    expect(sizes).toEqual([2, 1, 1, 1]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('holds up a stop for no more than a few seconds where the webhook hangs', async () => {
    let asked = 0;
    const server = createServer(() => void (asked += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const [clock, errors] = [new FakeClock(), new Array<unknown>()];
    const webhook = new WebhookBackend({
      target: { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`), authorization: () => undefined, tls: {} },
      mode: 'batch', batch: { bufferSize: 100, maxSize: 1, maxWaitMs: 0, throttle: undefined }, initialBackoffMs: 1, clock,
      onError: (error) => errors.push(error),
    });
    for (let n = 0; n < 3; n += 1) webhook.take(event(''));
    while (asked === 0) await new Promise((resolve) => setImmediate(resolve));
    const stopped = webhook.stop();
    clock.advance(5_000);
    await stopped;
    expect([webhook.dropped, errors.length]).toEqual([3, 3]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
