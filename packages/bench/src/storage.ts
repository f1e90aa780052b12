import { join } from 'node:path';
import type { Benchmark } from './benchmark';
import { alternate } from './load/measure';
import { startStoreWriter } from './load/store-writer';
import { TempFolder } from './processes/temp-folder';
import { startLmdbPuts } from './references/lmdb-puts';
import { median } from './statistics';

const ROUNDS = 4;
const ROUND_MS = 800;

/** Durable writes of the embedded store, against a bare loop of the same puts to LMDB. */
export const storage: Benchmark = {
  name: 'storage',
  async run() {
    using folder = new TempFolder();
    await using ours = startStoreWriter();
    await using bare = startLmdbPuts();
    await ours.ask('open', join(folder.path, 'ours'));
    await bare.ask('open', join(folder.path, 'bare'));
    const rows = [];
    for (const inFlight of [16, 1]) {
      const round = { inFlight, durationMs: ROUND_MS };
      const rates = await alternate(ROUNDS, () => ours.ask('run', round), () => bare.ask('run', round));
      const what = `durable writes, ${inFlight === 1 ? 'one' : inFlight} at a time`;
      rows.push({ what, unit: '1/s', ours: median(rates.ours), reference: median(rates.reference) });
    }
    return rows;
  },
};
