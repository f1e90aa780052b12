import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { isMissing } from '../program';
import { COMPRESSED, inUse, rotatedFiles } from './rotated-files';
import { tailOffset } from './tail-offset';

const CHUNK = 64 * 1024;

/** How often a log may be put aside while its files are opened. */
const ATTEMPTS = 10;
const PAUSE_MILLISECONDS = 20;

interface LogSource {
  /** What comes next; empty where there is no more now. It holds until the next call. */
  read(): Promise<Buffer>;
  close(): Promise<void>;
}

/** All files of a log that came after others were known. */
interface Found {
  readonly newest: FileHandle;
  readonly between: readonly { readonly file: FileHandle; readonly isCompressed: boolean }[];
  readonly known: ReadonlySet<string>;
}

/** The log of a container as it is written: from the file on that is newest when it is opened, and over all that are put aside meanwhile. */
export class LogFiles {
  private constructor(
    private readonly path: string,
    /** The first is read, the last is written. */
    private readonly sources: LogSource[],
    private newest: FileHandle,
    /** What has been put aside, without the endings of those that are compressed. */
    private known: ReadonlySet<string>,
  ) {}

  /** From the last so many lines on. Rejects where there is no log. */
  static async open(path: string, tailLines: number | undefined): Promise<LogFiles> {
    const { newest, known } = await findFiles(path);
    const offset = tailLines === undefined ? 0 : await tailOffset(newest, tailLines);
    return new LogFiles(path, [plainSource(newest, offset)], newest, known);
  }

  /** What comes next; empty where there is no more now. `follow`: of what comes after the file too, which is read to its end before. */
  async read(follow: boolean): Promise<Buffer> {
    for (;;) {
      const [source, next] = this.sources;
      const bytes = source ? await source.read() : Buffer.alloc(0);
      if (bytes.length > 0 || !follow) return bytes;
      if (next) await this.sources.shift()?.close();
      else if (!(await this.findNewer())) return bytes;
    }
  }

  async close(): Promise<void> {
    for (const source of this.sources.splice(0)) await source.close();
  }

  private async findNewer(): Promise<boolean> {
    if (!(await this.wasPutAside())) return false;
    const { newest, between, known } = await findFiles(this.path, this.known);
    this.sources.push(...between.map(({ file, isCompressed }) => (isCompressed ? compressedSource(file) : plainSource(file, 0))), plainSource(newest, 0));
    this.newest = newest;
    this.known = known;
    return true;
  }

  /** Between the moment in which it is put aside and the one in which the runtime begins anew, there is no log of that name. */
  private async wasPutAside(): Promise<boolean> {
    const here = await this.newest.stat();
    try {
      const there = await stat(this.path);
      return there.ino !== here.ino || there.dev !== here.dev;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

/** Opens the newest file, and those between it and the one that was read before. Tried again where the log is put aside meanwhile. */
async function findFiles(path: string, before?: ReadonlySet<string>): Promise<Found> {
  for (let attempt = 1; ; attempt++) {
    const names = inUse(await rotatedFiles(path));
    const opened: FileHandle[] = [];
    try {
      const newest = await open(path, 'r');
      opened.push(newest);
      // The first that was not there before is the one that was read.
      const between = before ? names.filter((name) => !before.has(plainName(name))).slice(1) : [];
      const files = [];
      for (const name of between) {
        const file = await open(name, 'r');
        opened.push(file);
        files.push({ file, isCompressed: name.endsWith(COMPRESSED) });
      }
      if (inUse(await rotatedFiles(path)).join('\n') === names.join('\n')) return { newest, between: files, known: new Set(names.map(plainName)) };
    } catch (error) {
      if (!isMissing(error) || attempt >= ATTEMPTS) {
        for (const file of opened) await file.close();
        throw error;
      }
    }
    for (const file of opened) await file.close();
    if (attempt >= ATTEMPTS) throw new Error(`the log ${path} is put aside faster than it can be opened`);
    await sleep(PAUSE_MILLISECONDS);
  }
}

function plainName(name: string): string {
  return name.endsWith(COMPRESSED) ? name.slice(0, -COMPRESSED.length) : name;
}

function plainSource(file: FileHandle, offset: number): LogSource {
  const buffer = Buffer.alloc(CHUNK);
  let position = offset;
  return {
    read: async () => {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
      position += bytesRead;
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

function compressedSource(file: FileHandle): LogSource {
  const packed = file.createReadStream();
  const unpacked = createGunzip();
  packed.once('error', (error) => unpacked.destroy(error));
  const chunks = packed.pipe(unpacked)[Symbol.asyncIterator]();
  return {
    read: async () => {
      const { value, done } = await chunks.next();
      return done ? Buffer.alloc(0) : Buffer.from(value);
    },
    close: async () => {
      unpacked.destroy();
      packed.destroy();
      await file.close();
    },
  };
}
