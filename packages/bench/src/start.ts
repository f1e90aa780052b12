import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, BenchmarkOptions } from './benchmark';
import { startLoadWorker } from './load/load-worker';
import { rawRequest } from './load/requests';
import { ApiServer } from './processes/api-server';
import { TempFolder } from './processes/temp-folder';
import type { Row } from './report';
import { median } from './statistics';
import { fill, openTarget, sendOnce } from './setup';

const STARTS = 5;
/** After this long, what the start has left behind is collected. */
const IDLE_MS = 2000;
/** Numbers of objects at which memory is read. */
const STEPS = [4250, 8500, 17_000];
const MB = 1e6;

/** Time to readiness and memory: empty, filled, and growing. */
export const start: Benchmark = {
  name: 'start',
  async run(options) {
    using folder = new TempFolder();
    const filled = join(folder.path, 'filled');
    const node = await timeNode();
    const empty = await timeStarts((attempt) => join(folder.path, `empty-${attempt}`));
    const growth = await measureGrowth(options, filled);
    const again = await timeStarts(() => filled);
    return [
      { what: 'ready after start, empty', unit: 's', ours: empty, reference: node, goal: { of: 'ours', atMost: 0.5 } },
      { what: 'ready after start, 17,000 objects', unit: 's', ours: again, reference: node },
      ...growth,
    ];
  },
};

/** The median time in seconds that node itself needs to start and to end, with nothing to do. */
async function timeNode(): Promise<number> {
  const seconds: number[] = [];
  for (let attempt = 0; attempt < STARTS; attempt += 1) {
    const begun = performance.now();
    await once(spawn(process.execPath, ['--eval', ''], { stdio: 'ignore' }), 'exit');
    seconds.push((performance.now() - begun) / 1000);
  }
  return median(seconds);
}

/** The median time in seconds from the start of the process to the first 200 of /readyz. */
async function timeStarts(dataDirOf: (attempt: number) => string): Promise<number> {
  const seconds: number[] = [];
  for (let attempt = 0; attempt < STARTS; attempt += 1) {
    const dataDir = dataDirOf(attempt);
    mkdirSync(dataDir, { recursive: true });
    const begun = performance.now();
    await using server = await ApiServer.start({ dataDir });
    await untilReady(server.port);
    seconds.push((performance.now() - begun) / 1000);
  }
  return median(seconds);
}

async function untilReady(port: number): Promise<void> {
  const request = rawRequest('GET', '/readyz');
  for (let tries = 1; ; tries += 1) {
    try {
      await sendOnce(port, request);
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await delay(5);
    }
  }
}

async function measureGrowth({ note }: BenchmarkOptions, dataDir: string): Promise<Row[]> {
  mkdirSync(dataDir, { recursive: true });
  await using server = await ApiServer.start({ dataDir });
  await using load = startLoadWorker();
  await untilReady(server.port);
  await delay(IDLE_MS);
  const idle = await server.usage();
  const live = [await server.liveBytes()];
  const target = await openTarget(load, server.port);
  let resident = idle.rssBytes;
  let made = 0;
  for (const step of STEPS) {
    await fill(load, target, step - made);
    made = step;
    await delay(IDLE_MS);
    resident = (await server.usage()).rssBytes;
    live.push(await server.liveBytes());
    const liveMb = ((live.at(-1) ?? 0) / MB).toFixed(0);
    note(`${step.toLocaleString('en-US')} objects: ${(resident / MB).toFixed(0)} MB resident, ${liveMb} MB of live objects`);
  }
  const [, quarter = 0, half = 0, full = 0] = live;
  return [
    { what: 'resident, idle', unit: 'MB', ours: idle.rssBytes / MB, goal: { of: 'ours', atMost: 130 } },
    { what: 'resident, 17,000 objects', unit: 'MB', ours: resident / MB, goal: { of: 'ours', atMost: 400 } },
    {
      what: 'growth per object: 2nd half beside 2nd quarter',
      unit: 'KB',
      ours: (full - half) / 8500 / 1e3,
      reference: (half - quarter) / 4250 / 1e3,
      goal: { of: 'ratio', atMost: 1.2 },
    },
  ];
}
