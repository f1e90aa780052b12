import type { Benchmark, BenchmarkOptions } from './benchmark';
import { type LoadCommands, startLoadWorker } from './load/load-worker';
import type { Measured } from './load/measure';
import { createRequest } from './load/requests';
import { type Protocol, startWatchers, type WatcherCommands } from './load/watchers';
import { ApiServer } from './processes/api-server';
import { TempFolder } from './processes/temp-folder';
import type { Worker } from './processes/worker';
import { startReadyStream } from './references/ready-stream';
import type { Row } from './report';
import { median } from './statistics';
import { fill, firstObjectRequest, openTarget, sendOnce, warmUp } from './setup';

const WATCHERS = 1000;
const ROUNDS = 3;
/** Single writes in a round, each delivered to all before the next. */
const WRITES = 15;
/** Writes at once. */
const BURST = 100;
const WATCH_PATH = '/api/v1/configmaps?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan';

/** One write seen by 1,000 watchers, against a bare server that writes a ready buffer to the same streams; and a burst of writes. */
export const watch: Benchmark = {
  name: 'watch',
  async run(options) {
    return [...(await measureProtocol(options, 'HTTP/1.1')), ...(await measureProtocol(options, 'HTTP/2'))];
  },
};

async function measureProtocol(options: BenchmarkOptions, protocol: Protocol): Promise<Row[]> {
  using folder = new TempFolder();
  await using server = await ApiServer.start({ dataDir: folder.path });
  await using load = startLoadWorker();
  const single = await openTarget(load, server.port, 1);
  await fill(load, single, 1);
  await warmUp(load, server.port);
  const frameBytes = '{"type":"ADDED","object":}\n'.length + (await sendOnce(server.port, firstObjectRequest()));
  const write = (): Promise<unknown> => load.ask('run', { target: single, request: createRequest(), requests: 1 });
  const writeCpu = await cpuPerWrite(server, write);
  await using reference = await startReadyStream(server.keyPair, protocol, frameBytes);
  await using watchers = startWatchers();
  await using bareWatchers = startWatchers();
  await watchers.ask('open', { port: server.port, path: WATCH_PATH, protocol, count: WATCHERS });
  await bareWatchers.ask('open', { port: reference.port, path: WATCH_PATH, protocol, count: WATCHERS });

  const ours = new Delivery(server, watchers, write);
  const bare = new Delivery(reference, bareWatchers, () => reference.worker.ask('write'));
  const [oursCpu, bareCpu] = await compare(ours, bare);
  options.note(
    `${protocol}: ${oursCpu.toFixed(1)} µs of CPU per delivered event, ${(writeCpu / WATCHERS).toFixed(1)} µs of it for the write itself; ` +
      `the bare server ${bareCpu.toFixed(1)} µs`,
  );
  const rows: Row[] = [
    { what: `watch, ${protocol}: CPU per event`, unit: 'µs', ours: oursCpu, reference: bareCpu, goal: { of: 'ratio', atMost: 1.3 } },
  ];
  return protocol === 'HTTP/2' ? [...rows, await measureBurst(ours, server, load)] : rows;
}

/** Processor time of one write that nobody watches, in microseconds. */
async function cpuPerWrite(server: ApiServer, write: () => Promise<unknown>): Promise<number> {
  const before = await server.usage();
  for (let i = 0; i < WRITES; i += 1) await write();
  return ((await server.usage()).cpuMicros - before.cpuMicros) / WRITES;
}

async function compare(ours: Delivery, bare: Delivery): Promise<[number, number]> {
  const [oursCpu, bareCpu]: [number[], number[]] = [[], []];
  await ours.singles(WRITES);
  await bare.singles(WRITES);
  for (let round = 0; round < ROUNDS; round += 1) {
    oursCpu.push(await ours.singles(WRITES));
    bareCpu.push(await bare.singles(WRITES));
  }
  return [median(oursCpu), median(bareCpu)];
}

async function measureBurst(ours: Delivery, { port }: ApiServer, load: Worker<LoadCommands>): Promise<Row> {
  const target = await load.ask('open', { port, connections: BURST });
  const cpu: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    cpu.push(await ours.measure(BURST, () => load.ask('run', { target, request: createRequest(), requests: BURST })));
  }
  return { what: 'watch, HTTP/2: CPU per event of a burst', unit: 'µs', ours: median(cpu.slice(1)), goal: { of: 'ours', atMost: 15 } };
}

/** A server and those who watch it. */
class Delivery {
  private events = 0;

  constructor(
    private readonly server: Measured,
    private readonly watchers: Worker<WatcherCommands>,
    private readonly write: () => Promise<unknown>,
  ) {}

  /** Processor time of the server per delivered event, in microseconds, for single writes one after the other. */
  singles(count: number): Promise<number> {
    return this.measure(count, async () => {
      const from = this.events;
      for (let i = 1; i <= count; i += 1) {
        await this.write();
        await this.watchers.ask('delivered', from + i);
      }
    });
  }

  /** The same for `count` writes that `writeAll` makes. Every watcher must have them all at the end. */
  async measure(count: number, writeAll: () => Promise<unknown>): Promise<number> {
    const before = await this.server.usage();
    await writeAll();
    this.events += count;
    await this.watchers.ask('delivered', this.events);
    const after = await this.server.usage();
    return (after.cpuMicros - before.cpuMicros) / (count * WATCHERS);
  }
}
