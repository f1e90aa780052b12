import { readFile } from 'node:fs/promises';
import type { Clock } from '@typekube/component-base';

/** Read again after this long: a minute less ten seconds, as client-go's file token source. */
const FRESH_MILLISECONDS = 50_000;

/** A token in a file that changes, such as a service account's. */
export class TokenFile {
  private token: string | undefined;
  private readAt = 0;

  constructor(
    private readonly path: string,
    private readonly clock: Clock,
  ) {}

  /** The token. Where the file cannot be read again, the last one still counts; without one the error is thrown. */
  async read(): Promise<string> {
    const known = this.token;
    if (known !== undefined && this.clock.monotonic() - this.readAt < FRESH_MILLISECONDS) return known;
    try {
      return this.keep(await readFile(this.path, 'utf8'));
    } catch (error) {
      if (known !== undefined) return known;
      throw new Error(`failed to read token file ${JSON.stringify(this.path)}: ${describe(error)}`, { cause: error });
    }
  }

  forget(): void {
    this.readAt = Number.NEGATIVE_INFINITY;
  }

  private keep(content: string): string {
    const token = content.trim();
    if (!token) throw new Error(`read empty token from file ${JSON.stringify(this.path)}`);
    this.token = token;
    this.readAt = this.clock.monotonic();
    return token;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
