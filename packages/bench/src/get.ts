import type { Benchmark } from './benchmark';
import { startLoadWorker } from './load/load-worker';
import { alternate, measureLoad, medianSample } from './load/measure';
import { ApiServer } from './processes/api-server';
import { TempFolder } from './processes/temp-folder';
import { startReadyAnswer } from './references/ready-answer';
import { CONNECTIONS, fill, firstObjectRequest, noteLoad, openTarget, sendOnce } from './setup';

const ROUNDS = 5;
const ROUND_MS = 1200;

/** GET of one object from the cache, against a bare handler that returns a ready buffer of the same size. */
export const get: Benchmark = {
  name: 'get',
  async run(options) {
    using folder = new TempFolder();
    await using server = await ApiServer.start({ dataDir: folder.path });
    await using load = startLoadWorker();
    const target = await openTarget(load, server.port);
    await fill(load, target, CONNECTIONS);
    const request = firstObjectRequest();
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
      { what: 'GET of one object', unit: '1/s', ours: ours.perSecond, reference: bare.perSecond, goal: { of: 'ratio', atLeast: 0.55 } },
      { what: 'GET: CPU of the server', unit: 'µs', ours: ours.cpuMicros, reference: bare.cpuMicros },
    ];
  },
};
