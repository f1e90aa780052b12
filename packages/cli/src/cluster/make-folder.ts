import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder and those above it. Node's own way to do so never ends below /proc, and says of a file system that is read-only that something is not there. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another command may have been faster.
    if (!existsSync(path)) throw new Error(`${path} cannot be made: ${(error as Error).message}`, { cause: error });
  }
}
