import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type LoggerOptions, silentLogger } from './logger';
import { FakeClock } from '../testing';
import { winstonSink } from './sink';

function capture(options: LoggerOptions = {}): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const now = (): Date => new Date(2024, 0, 2, 3, 4, 5, 6);
  return { lines, log: createLogger({ sink: { write: (_severity, line) => void lines.push(line) }, now, ...options }) };
}

const pid = String(process.pid).padStart(7);

describe('text format', () => {
  it('is that of klog', () => {
    const { lines, log } = capture({ name: 'apiserver' });
    log.info('Started "it"', { port: 6443, address: '::1', list: [1], none: undefined, big: 5n, error: new Error('x') });
    log.child('store', { kind: 'Pod' }).warn('Slow');
    log.error('Failed', new Error('outer', { cause: new Error('inner') }), { key: 'a/b' });
    log.error('Failed without one');
    expect(lines).toEqual([
      `I0102 03:04:05.006000 ${pid} apiserver] "Started \\"it\\"" port=6443 address="::1" list=[1] none=<nil> big="5" error="x"`,
      `W0102 03:04:05.006000 ${pid} apiserver/store] "Slow" kind="Pod"`,
      `E0102 03:04:05.006000 ${pid} apiserver] "Failed" err="outer: inner" key="a/b"`,
      `E0102 03:04:05.006000 ${pid} apiserver] "Failed without one"`,
    ]);
  });

  it('shows stacks to those who want details', () => {
    const { lines, log } = capture({ verbosity: 5 });
    log.error('Failed', new Error('x'));
    expect(lines[0]).toContain('logger.test.ts');
  });
});

describe('json format', () => {
  it('is that of upstream', () => {
    const { lines, log } = capture({ format: 'json', name: 'kubelet', verbosity: 4 });
    log.info('Started', { port: 1 });
    log.v(4)?.info('Details');
    log.warn('Careful');
    log.error('Failed', new Error('x'));
    const ts = new Date(2024, 0, 2, 3, 4, 5, 6).getTime();
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { ts, logger: 'kubelet', msg: 'Started', v: 0, port: 1 },
      { ts, logger: 'kubelet', msg: 'Details', v: 4 },
      { ts, logger: 'kubelet', level: 'warning', msg: 'Careful', v: 0 },
      { ts, logger: 'kubelet', msg: 'Failed', err: 'x' },
    ]);
  });
});

it.each(['text', 'json'] as const)('writes what JSON cannot hold, as %s', (format) => {
  const { lines, log } = capture({ format });
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  log.info('Odd', { cycle, deep: { big: 5n }, set: new Set([1]), map: new Map([['a', 1]]), call: Symbol('s'), none: undefined });
  expect(lines[0]).toContain('[object Object]');
  expect(lines[0]).toContain('{"big":"5"}');
  if (format === 'json') expect(JSON.parse(lines[0] ?? '')).toMatchObject({ set: [1], map: { a: 1 }, call: 'Symbol(s)', none: null });
});

it('makes nothing of details that are not wanted', () => {
  const { lines, log } = capture({ verbosity: 2 });
  const fields = jest.fn(() => ({}));
  log.v(4)?.info('Hidden', fields());
  log.v(2)?.info('Shown');
  expect(fields).not.toHaveBeenCalled();
  expect(lines).toHaveLength(1);
  expect(log.v(2)).toBe(log.v(2));
  expect(silentLogger.child('x').v(0)).toBeUndefined();
});

it('writes lines of the start at once, later ones through winston', () => {
  const written: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const clock = new FakeClock();
  const sink = winstonSink({ clock });
  sink.write('info', 'early');
  clock.advance(2000);
  sink.write('error', 'late');
  jest.restoreAllMocks();
  expect(written).toEqual(['early\n', 'late\n']);
});

it('writes all lines to the file, too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'log-'));
  const file = join(folder, 'out.log');
  const written: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const sink = winstonSink({ file });
  sink.write('info', 'early');
  sink.write('error', 'late');
  let content = '';
  while (!content.includes('late')) {
    content = await readFile(file, 'utf8').catch(() => '');
    await new Promise((resolve) => setImmediate(resolve));
  }
  jest.restoreAllMocks();
  expect(written).toEqual(['early\n', 'late\n']);
  expect(content).toBe('early\nlate\n');
  await rm(folder, { recursive: true });
});
