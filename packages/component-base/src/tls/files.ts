import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KeyPair } from './certificate';

/** Where a certificate and its key lie. */
export interface KeyPairPaths {
  readonly certFile: string;
  readonly keyFile: string;
}

const PRIVATE = 0o600;
const PUBLIC = 0o644;
/** Of folders that are made. */
const FOLDER = 0o700;

/** Writes certificate and key, the key readable by its owner only. Each file is whole at any moment; folders are made. */
export async function writeKeyPair({ certFile, keyFile }: KeyPairPaths, pair: KeyPair): Promise<void> {
  await writeWhole(keyFile, pair.key, PRIVATE);
  await writeWhole(certFile, pair.certificate, PUBLIC);
}

/** Reads certificate and key; undefined where either file is missing. */
export async function readKeyPair({ certFile, keyFile }: KeyPairPaths): Promise<KeyPair | undefined> {
  const [certificate, key] = await Promise.all([readIfThere(certFile), readIfThere(keyFile)]);
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

/** What the files hold; where either is missing, a new pair is made and written. */
export async function loadOrCreateKeyPair(paths: KeyPairPaths, create: () => KeyPair): Promise<KeyPair> {
  const found = await readKeyPair(paths);
  if (found) return found;
  const pair = create();
  await writeKeyPair(paths, pair);
  return pair;
}

/** Writes beside the file and renames, so that no reader sees half of it, and a crash leaves the old or the new. */
export async function writeWhole(path: string, content: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER });
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Undefined where there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
