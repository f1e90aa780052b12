import { closeSync, createReadStream, createWriteStream, existsSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { LineSink } from './log-backend';

export interface RotationOptions {
  /** 0: no limit. */
  readonly maxBytes: number;
  readonly maxBackups: number;
  readonly maxAgeMs: number;
  readonly compress: boolean;
  readonly now?: () => number;
  /** Told of old files that could not be removed or compressed. */
  readonly onError: (error: unknown) => void;
}

/**
 * A file that is renamed to `NAME-TIME.EXT` before it grows too large. Old ones are removed by number and age, and compressed where asked. Names
 * and rules are those of upstream's library (lumberjack), so that tools find what they look for.
 */
export class RotatingFile implements LineSink {
  /** Undefined where the last attempt to open it has failed. */
  private descriptor: number | undefined;
  private size = 0;
  private compressing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly options: RotationOptions,
  ) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    this.open();
    this.cleanUpSoon();
  }

  write(bytes: Uint8Array): void {
    if (this.options.maxBytes > 0 && this.size > 0 && this.size + bytes.length > this.options.maxBytes) this.rotate();
    const descriptor = this.descriptor ?? this.open();
    // A disk that is about full takes only a part.
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    this.size += bytes.length;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  /** Resolves when no old file is being compressed. */
  settled(): Promise<void> {
    return this.compressing;
  }

  /** Where it fails, the next write begins with it: what is lost is one write, not all that follow. */
  private rotate(): void {
    this.close();
    if (existsSync(this.path)) renameSync(this.path, this.freeName());
    this.open();
    this.cleanUpSoon();
  }

  private open(): number {
    this.descriptor = openSync(this.path, 'a', 0o600);
    this.size = fstatSync(this.descriptor).size;
    return this.descriptor;
  }

  private cleanUpSoon(): void {
    this.compressing = this.compressing.then(() => this.cleanUp()).catch(this.options.onError);
  }

  private freeName(): string {
    const taken = new Set(this.backups());
    for (let time = this.now(); ; time += 1) {
      const name = `${this.stem}-${new Date(time).toISOString().slice(0, -1).replaceAll(':', '-')}${extname(this.path)}`;
      if (!taken.has(name) && !taken.has(`${name}.gz`)) return join(dirname(this.path), name);
    }
  }

  private async cleanUp(): Promise<void> {
    const { maxBackups, maxAgeMs, compress } = this.options;
    const newestFirst = this.backups().sort().reverse();
    const kept = newestFirst.filter((name, i) => {
      const isTooMany = maxBackups > 0 && i >= maxBackups;
      const isTooOld = maxAgeMs > 0 && this.now() - this.timeOf(name) > maxAgeMs;
      if (isTooMany || isTooOld) unlinkSync(join(dirname(this.path), name));
      return !isTooMany && !isTooOld;
    });
    if (!compress) return;
    for (const name of kept) if (!name.endsWith('.gz')) await compressFile(join(dirname(this.path), name));
  }

  private backups(): string[] {
    return readdirSync(dirname(this.path)).filter((name) => name.startsWith(`${this.stem}-`) && !Number.isNaN(this.timeOf(name)));
  }

  private timeOf(name: string): number {
    const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d-\d\d-\d\d\.\d{3})/.exec(name.slice(this.stem.length + 1)) ?? [];
    return date && time ? Date.parse(`${date}T${time.replaceAll('-', ':')}Z`) : NaN;
  }

  private get stem(): string {
    return basename(this.path, extname(this.path));
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }
}

async function compressFile(path: string): Promise<void> {
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`, { mode: 0o600 }));
  unlinkSync(path);
}
