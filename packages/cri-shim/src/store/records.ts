import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from './json-file';

/** How a record becomes text and comes back. */
export interface RecordCodec<T> {
  encode(record: T): unknown;
  decode(value: unknown): T;
}

/** Records by id: all in memory, each in a file of its own as well, which is written before a change counts. */
export class RecordStore<T extends { readonly id: string }> {
  private readonly records = new Map<string, T>();

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
    await writeFileAtomically(join(this.folder, `${record.id}.json`), JSON.stringify(this.codec.encode(record)));
  }

  async delete(id: string): Promise<void> {
    this.records.delete(id);
    await rm(join(this.folder, `${id}.json`), { force: true });
  }
}
