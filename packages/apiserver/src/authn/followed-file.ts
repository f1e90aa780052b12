import { readFile } from 'node:fs/promises';
import type { Clock } from '@typekube/component-base';
import { repeat } from '../bootstrap/repeat';

export interface FollowOptions {
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

const INTERVAL_MILLISECONDS = 10_000;

/** What a file says, read again while `follow` runs. What cannot be read or understood is told of, and the last good content stays. */
export class FollowedFile<T> {
  private text: string;
  private current: T;

  private constructor(
    private readonly path: string,
    private readonly parse: (text: string) => T,
    text: string,
  ) {
    this.text = text;
    this.current = parse(text);
  }

  /** Rejects where the file cannot be read, or `parse` throws. */
  static async open<T>(path: string, parse: (text: string) => T): Promise<FollowedFile<T>> {
    return new FollowedFile(path, parse, await readFile(path, 'utf8'));
  }

  get value(): T {
    return this.current;
  }

  /** Resolves when the signal is aborted. */
  follow(onChange: () => void, signal: AbortSignal, { clock, onError }: FollowOptions): Promise<void> {
    return repeat(() => this.readAgain(onChange), { clock, intervalMs: INTERVAL_MILLISECONDS, signal, onError });
  }

  private async readAgain(onChange: () => void): Promise<void> {
    const text = await readFile(this.path, 'utf8');
    if (text === this.text) return;
    this.current = this.parse(text);
    this.text = text;
    onChange();
  }
}
