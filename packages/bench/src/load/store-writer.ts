import { join } from 'node:path';
import { type EmbeddedStore, openEmbeddedStore } from '@typekube/storage';
import { serveCommands } from '../processes/commands';
import { Worker } from '../processes/worker';
import { type PutRound, VALUE_BYTES } from '../references/lmdb-puts';

/** The embedded store in a process of its own, without an API server. */
export interface StoreWriterCommands {
  open(dataDir: string): Promise<void>;
  /** Durable creates per second with `inFlight` under way at a time. */
  run(round: PutRound): Promise<number>;
}

export function startStoreWriter(): Worker<StoreWriterCommands> {
  return Worker.start<StoreWriterCommands>(join(__dirname, 'store-writer.js'));
}

const value = Buffer.alloc(VALUE_BYTES, 'x');
let store: EmbeddedStore | undefined;
let written = 0;

const commands: StoreWriterCommands = {
  async open(dataDir) {
    store = await openEmbeddedStore({ dataDir });
  },

  async run({ inFlight, durationMs }) {
    const started = performance.now();
    const first = written;
    const writer = async (): Promise<void> => {
      while (performance.now() - started < durationMs) {
        written += 1;
        await store?.create(`/registry/configmaps/bench/load-${String(written).padStart(10, '0')}`, value);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, writer));
    return ((written - first) / (performance.now() - started)) * 1000;
  },
};

if (require.main === module) serveCommands(commands);
