import { startEtcd } from '@typekube/storage/testing';
import type { Benchmark, BenchmarkOptions } from './benchmark';
import { type LoadCommands, startLoadWorker } from './load/load-worker';
import { alternate, measureLoad, medianSample, type Sample } from './load/measure';
import { createRequest } from './load/requests';
import { ApiServer } from './processes/api-server';
import { TempFolder } from './processes/temp-folder';
import type { Worker } from './processes/worker';
import { startEtcdPut } from './references/etcd-put';
import type { Row } from './report';
import { CONNECTIONS, noteLoad, openTarget, WARM_UP_REQUESTS, warmUp } from './setup';

const ROUNDS = 4;
const ROUND_MS = 1500;

/** Creates of 1.3 KB ConfigMaps on the embedded store and, with --etcd, on etcd beside a bare handler that only puts. */
export const create: Benchmark = {
  name: 'create',
  async run(options) {
    using folder = new TempFolder();
    await using server = await ApiServer.start({ dataDir: folder.path });
    await using load = startLoadWorker();
    const target = await openTarget(load, server.port);
    const embedded = (): Promise<Sample> => measureLoad(load, server, { target, request: createRequest(), durationMs: ROUND_MS });
    if (options.etcd) return await compareWithEtcd(options, load, server, embedded);
    await warmUp(load, server.port);
    const sample = medianSample([await embedded(), await embedded(), await embedded()]);
    noteLoad(options, 'embedded', sample);
    return [{ what: 'creates, embedded', unit: '1/s', ours: sample.perSecond }];
  },
};

/** Each server has an etcd of its own, as the other one's writes would be sent to its watch. */
async function compareWithEtcd(
  options: BenchmarkOptions,
  load: Worker<LoadCommands>,
  { keyPair }: ApiServer,
  embedded: () => Promise<Sample>,
): Promise<Row[]> {
  const [etcd, bareEtcd] = await Promise.all([startEtcd(), startEtcd()]);
  try {
    using folder = new TempFolder();
    await using server = await ApiServer.start({ dataDir: folder.path, etcdEndpoint: etcd.endpoint });
    await using reference = await startEtcdPut(keyPair, bareEtcd.endpoint);
    const target = await openTarget(load, server.port);
    const referenceTarget = await load.ask('open', { port: reference.port, connections: CONNECTIONS });
    const request = createRequest();
    await warmUp(load, server.port);
    await load.ask('run', { target: referenceTarget, request, requests: WARM_UP_REQUESTS });
    const embeddedSamples: Sample[] = [];
    const rounds = await alternate(
      ROUNDS,
      async () => {
        embeddedSamples.push(await embedded());
        return measureLoad(load, server, { target, request, durationMs: ROUND_MS });
      },
      () => measureLoad(load, reference, { target: referenceTarget, request, durationMs: ROUND_MS }),
    );
    return etcdRows(options, medianSample(embeddedSamples.slice(-ROUNDS)), medianSample(rounds.ours), medianSample(rounds.reference));
  } finally {
    await Promise.all([etcd.stop(), bareEtcd.stop()]);
  }
}

function etcdRows(options: BenchmarkOptions, embedded: Sample, onEtcd: Sample, bare: Sample): Row[] {
  noteLoad(options, 'embedded', embedded);
  noteLoad(options, 'on etcd', onEtcd);
  noteLoad(options, 'bare handler on etcd', bare);
  const reference = bare.perSecond;
  return [
    { what: 'creates, on etcd', unit: '1/s', ours: onEtcd.perSecond, reference, goal: { of: 'ratio', atLeast: 0.85 } },
    { what: 'creates, on etcd: CPU of the server', unit: 'µs', ours: onEtcd.cpuMicros, reference: bare.cpuMicros },
    { what: 'creates, embedded, beside bare etcd', unit: '1/s', ours: embedded.perSecond, reference, goal: { of: 'ratio', atLeast: 3 } },
  ];
}
