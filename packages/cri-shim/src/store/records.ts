import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDiskFull } from '@typekube/component-base';
import { writeFileAtomically } from './json-file';
import { KeyedLock } from './keyed-lock';

/** How a record becomes text and comes back. */
export interface RecordCodec<T> {
  encode(record: T): unknown;
  decode(value: unknown): T;
}

/** Records by id: all in memory, each in a file of its own as well, which is written before a change counts. */
export class RecordStore<T extends { readonly id: string }> {
  private readonly records = new Map<string, T>();
  /** Those whose file is older than what is known, for want of room. */
  private readonly behind = new Set<string>();
  private readonly locks = new KeyedLock();

  constructor(
    private readonly folder: string,
    private readonly codec: RecordCodec<T>,
  ) {}

  /** Reads what earlier runs left. A file that cannot be read is no record: its path is given. */
  async load(): Promise<string[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const broken: string[] = [];
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      if (!name.endsWith('.json')) {
        await rm(path, { force: true });
        continue;
      }
      try {
        const record = this.codec.decode(JSON.parse(await readFile(path, 'utf8')));
        this.records.set(record.id, record);
      } catch {
        broken.push(path);
      }
    }
    return broken;
  }

  get(id: string): T | undefined {
    return this.records.get(id);
  }

  /** By id or by the beginning of exactly one. */
  find(idOrPrefix: string): T | undefined {
    const exact = this.records.get(idOrPrefix);
    if (exact || !idOrPrefix) return exact;
    const matches = [...this.records.keys()].filter((id) => id.startsWith(idOrPrefix));
    return matches.length === 1 ? this.records.get(matches[0] ?? '') : undefined;
  }

  all(): T[] {
    return [...this.records.values()];
  }

  async put(record: T): Promise<void> {
    this.records.set(record.id, record);
    await this.write(record.id);
    for (const id of [...this.behind]) if (!(await this.written(id))) return;
  }

  /**
   * As `put`, of what has happened already and what a restart would find out by itself: on a full disk its file comes later. What ends and makes room must
   * not fail for want of room.
   */
  async note(record: T): Promise<void> {
    this.records.set(record.id, record);
    await this.written(record.id);
  }

  async delete(id: string): Promise<void> {
    this.records.delete(id);
    this.behind.delete(id);
    await this.locks.run(id, () => rm(this.path(id), { force: true }));
  }

  /** Whether there was room for it. */
  private async written(id: string): Promise<boolean> {
    try {
      await this.write(id);
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.behind.add(id);
      return false;
    }
  }

  /** The newest that is known, whoever has called first. */
  private write(id: string): Promise<void> {
    return this.locks.run(id, async () => {
      const record = this.records.get(id);
      if (record) await writeFileAtomically(this.path(id), JSON.stringify(this.codec.encode(record)));
      this.behind.delete(id);
    });
  }

  private path(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}
