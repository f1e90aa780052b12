import type { Usage } from '../processes/commands';
import type { Worker } from '../processes/worker';
import { medianOf } from '../statistics';
import type { Burst, LoadCommands } from './load-worker';

/** A server under load, or its reference. */
export interface Measured {
  usage(): Promise<Usage>;
}

/** What one round of load has shown. */
export interface Sample {
  readonly perSecond: number;
  readonly bytesPerSecond: number;
  /** Processor time of the server per request: does not depend on what else the machine does. */
  readonly cpuMicros: number;
  /** Share of a processor that the load generator used: near 1, it was the bottleneck. */
  readonly loadShare: number;
}

/** Puts a server under load for one round. */
export async function measureLoad(load: Worker<LoadCommands>, server: Measured, burst: Burst): Promise<Sample> {
  const [before, loadBefore] = await Promise.all([server.usage(), load.usage()]);
  const { requests, bytes, seconds } = await load.ask('run', burst);
  const [after, loadAfter] = await Promise.all([server.usage(), load.usage()]);
  return {
    perSecond: requests / seconds,
    bytesPerSecond: bytes / seconds,
    cpuMicros: (after.cpuMicros - before.cpuMicros) / requests,
    loadShare: (loadAfter.cpuMicros - loadBefore.cpuMicros) / 1e6 / seconds,
  };
}

/** Rounds of each before those that count: V8 compiles what it sees often, and the API server has more to compile than its reference. */
const WARM_UPS = 2;

/** One after the other, several times over, so that a disturbance of the machine touches both. */
export async function alternate<T>(rounds: number, ours: () => Promise<T>, reference: () => Promise<T>): Promise<{ ours: T[]; reference: T[] }> {
  for (let round = 0; round < WARM_UPS; round += 1) {
    await ours();
    await reference();
  }
  const result: { ours: T[]; reference: T[] } = { ours: [], reference: [] };
  for (let round = 0; round < rounds; round += 1) {
    result.ours.push(await ours());
    result.reference.push(await reference());
  }
  return result;
}

/** The medians of several rounds. */
export function medianSample(samples: readonly Sample[]): Sample {
  return {
    perSecond: medianOf(samples, (sample) => sample.perSecond),
    bytesPerSecond: medianOf(samples, (sample) => sample.bytesPerSecond),
    cpuMicros: medianOf(samples, (sample) => sample.cpuMicros),
    loadShare: medianOf(samples, (sample) => sample.loadShare),
  };
}
