import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Found by the package's name, so that it is found from the sources, from the build and from a bundled binary alike. */
const FOLDER = join(dirname(require.resolve('@typekube/api/package.json')), 'generated');

/** The path of a file that the generator writes. */
export function generatedPath(...names: string[]): string {
  return join(FOLDER, ...names);
}

export function readGeneratedText(name: string): string {
  return readFileSync(generatedPath(name), 'utf8');
}

/** Parses a data file that the generator has written. */
export function readGeneratedFile<T>(name: string): T {
  return JSON.parse(readGeneratedText(name)) as T;
}
