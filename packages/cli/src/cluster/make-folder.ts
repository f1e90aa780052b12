import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; returns those that were not there, the outermost first. Node's own way to do so never ends below /proc, and says of a
 * file system that is read-only that something is not there.
 */
export function makeFolder(path: string): string[] {
  if (existsSync(path)) return [];
  const above = makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
    return [...above, path];
  } catch (error) {
    // Another command may have been faster.
    if (existsSync(path)) return above;
    throw new Error(`${path} cannot be made: ${(error as Error).message}`, { cause: error });
  }
}

/** Takes folders that were made away again, as far as nothing has come into them. */
export function unmakeFolders(made: readonly string[]): void {
  for (const path of made.toReversed()) {
    try {
      rmdirSync(path);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(code)) throw error;
    }
  }
}
