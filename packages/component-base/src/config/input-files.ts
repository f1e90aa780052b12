import { open } from 'node:fs/promises';
import { FlagError, flagName, type FlagSections, type Options, type Program } from './flags';

/** Fails with a FlagError for the first file that a flag names and that cannot be read: `--client-ca-file /x: no such file or directory`. */
export async function checkInputFiles<S extends FlagSections>({ sections }: Program<S>, options: Options<S>): Promise<void> {
  for (const [key, { flags }] of Object.entries(sections)) {
    const values: Readonly<Record<string, unknown>> = options[key] ?? {};
    for (const [option, { readsFiles }] of Object.entries(flags)) {
      for (const path of readsFiles ? pathsOf(values[option]) : []) await checkReadable(`--${flagName(option)}`, path);
    }
  }
}

function pathsOf(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((path): path is string => typeof path === 'string' && path !== '');
}

async function checkReadable(flag: string, path: string): Promise<void> {
  const why = await problemOf(path);
  if (why !== undefined) throw new FlagError(`${flag} ${path}: ${why}`);
}

async function problemOf(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      return (await file.stat()).isDirectory() ? 'is a directory' : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    return wordOf(error);
  }
}

function wordOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file or directory';
  return code === 'EACCES' ? 'permission denied' : String(error);
}
