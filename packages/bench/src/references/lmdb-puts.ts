import { open } from 'lmdb';
import { serveCommands } from '../processes/commands';
import { Worker } from '../processes/worker';
import { join } from 'node:path';

export interface PutRound {
  readonly inFlight: number;
  readonly durationMs: number;
}

export interface LmdbPutCommands {
  open(path: string): void;
  /** Durable puts per second: `inFlight` in one commit, then the next. */
  run(round: PutRound): Promise<number>;
}

/** A bare loop of puts of 1.3 KB to LMDB, each awaited until it is on disk. */
export function startLmdbPuts(): Worker<LmdbPutCommands> {
  return Worker.start<LmdbPutCommands>(join(__dirname, 'lmdb-puts.js'));
}

/** Bytes of a stored object. */
export const VALUE_BYTES = 1300;

const value = Buffer.alloc(VALUE_BYTES, 'x');
let put: (key: Buffer) => Promise<boolean> = () => Promise.reject(new Error('not open'));
let batch: (action: () => void) => Promise<boolean> = () => Promise.reject(new Error('not open'));
let revision = 0;

const commands: LmdbPutCommands = {
  open(path) {
    const env = open<Buffer, Buffer>({
      path,
      pageSize: 8192,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'binary',
      keyEncoding: 'binary',
    });
    put = (key) => env.put(key, value);
    batch = (action) => env.batch(action);
  },

  async run({ inFlight, durationMs }) {
    const started = performance.now();
    const first = revision;
    while (performance.now() - started < durationMs) {
      const outcomes: Promise<boolean>[] = [];
      outcomes.push(
        batch(() => {
          for (let i = 0; i < inFlight; i += 1) outcomes.push(put(nextKey()));
        }),
      );
      await Promise.all(outcomes);
    }
    return ((revision - first) / (performance.now() - started)) * 1000;
  },
};

function nextKey(): Buffer {
  revision += 1;
  const key = Buffer.alloc(8);
  key.writeDoubleBE(revision);
  return key;
}

if (require.main === module) serveCommands(commands);
