import type { Benchmark, BenchmarkOptions } from './benchmark';
import { startLoadWorker } from './load/load-worker';
import { alternate, measureLoad, medianSample } from './load/measure';
import { CONFIG_MAPS, rawRequest } from './load/requests';
import { ApiServer } from './processes/api-server';
import { TempFolder } from './processes/temp-folder';
import { startReadyAnswer } from './references/ready-answer';
import type { Row } from './report';
import { fill, noteLoad, openTarget, sendOnce, warmUp } from './setup';

const OBJECTS = 500;
const ALL_OBJECTS = 17_000;
const CONNECTIONS = 4;
const ROUNDS = 4;
const ROUND_MS = 1200;

/** Lists of 500 objects, against a bare handler that writes one buffer of the same size; full lists of 17,000 for orientation. */
export const list: Benchmark = {
  name: 'list',
  async run(options) {
    using folder = new TempFolder();
    await using server = await ApiServer.start({ dataDir: folder.path });
    await using load = startLoadWorker();
    const target = await openTarget(load, server.port, CONNECTIONS);
    await fill(load, target, OBJECTS);
    const rows = await compareLists(options, server, load, target);
    await fill(load, target, ALL_OBJECTS - OBJECTS);
    const full = await measureLoad(load, server, { target, request: rawRequest('GET', CONFIG_MAPS), durationMs: 3000 });
    noteLoad(options, `lists of ${ALL_OBJECTS.toLocaleString('en-US')}`, full);
    return [...rows, { what: 'full lists of 17,000', unit: '1/s', ours: full.perSecond }];
  },
};

async function compareLists(
  options: BenchmarkOptions,
  server: ApiServer,
  load: ReturnType<typeof startLoadWorker>,
  target: number,
): Promise<Row[]> {
  const request = rawRequest('GET', CONFIG_MAPS);
  await warmUp(load, server.port, request);
  await using reference = await startReadyAnswer(server.keyPair, await sendOnce(server.port, request));
  const referenceTarget = await load.ask('open', { port: reference.port, connections: CONNECTIONS });
  const rounds = await alternate(
    ROUNDS,
    () => measureLoad(load, server, { target, request, durationMs: ROUND_MS }),
    () => measureLoad(load, reference, { target: referenceTarget, request, durationMs: ROUND_MS }),
  );
  const [ours, bare] = [medianSample(rounds.ours), medianSample(rounds.reference)];
  noteLoad(options, 'API server', ours);
  noteLoad(options, 'bare handler', bare);
  return [
    {
      what: 'lists of 500 objects',
      unit: 'MB/s',
      ours: ours.bytesPerSecond / 1e6,
      reference: bare.bytesPerSecond / 1e6,
      goal: { of: 'ratio', atLeast: 0.9 },
    },
    { what: 'list of 500: CPU of the server', unit: 'µs', ours: ours.cpuMicros, reference: bare.cpuMicros },
  ];
}
