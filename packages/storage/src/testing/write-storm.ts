import { openEmbeddedStore } from '../embedded/open';

/** Each writer compacts once in so many writes, to so many revisions before its own: commits that go to the log and such that do not alternate. */
const COMPACT_EVERY = 50;
const KEPT = 500;

/**
 * Run as a process of its own and killed by its test: writes without end to the data folder given as its argument, 16 writers at a time, and
 * prints `key revision` for each write as soon as it is acknowledged.
 */
export async function writeStorm(dataDir: string): Promise<void> {
  const store = await openEmbeddedStore({ dataDir });
  const writer = async (name: string): Promise<void> => {
    const key = `/storm/${name}`;
    let revision = 0;
    for (let n = 1; ; n++) {
      const value = stormValue(n);
      const result = revision === 0 ? await store.create(key, value) : await store.update(key, value, revision);
      if (!result.succeeded) throw new Error(`the write of ${key} was refused`);
      revision = result.revision;
      process.stdout.write(`${key} ${revision} ${n}\n`);
      if (n % COMPACT_EVERY === 0) await store.compact(revision - KEPT);
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, i) => writer(`${process.pid}-${i}`)));
}

/** A value that shows whether it is whole: its number, and as many bytes of filling as the number says. */
export function stormValue(n: number): Buffer {
  const length = (n * 37) % 5000;
  return Buffer.concat([Buffer.from(`${n}:${length}:`), Buffer.alloc(length, n % 251)]);
}
