import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from '../program';

/** A file of a volume. */
export interface PayloadFile {
  readonly data: Buffer;
  /** Permission bits. */
  readonly mode: number;
  readonly owner?: number;
}

/** Files by their path below the volume. */
export type Payload = ReadonlyMap<string, PayloadFile>;

const DATA = '..data';
const NEW_DATA = '..data_tmp';

/**
 * Writes files into a folder so that readers see either all the old ones or all the new ones (volume/util/atomic_writer.go): they lie in a
 * folder with the time in its name, `..data` points at it, and the visible names are links through `..data`. Does nothing where
 * all is as it should be. `prepare` may change the new folder before it is seen.
 */
export async function writeAtomically(
  target: string,
  payload: Payload,
  prepare?: (folder: string) => Promise<void>,
): Promise<boolean> {
  for (const path of payload.keys()) checkPath(path);
  const old = await currentFolder(target);
  if (old && (await isSame(join(target, old), payload))) {
    await link(target, payload);
    return false;
  }
  const folder = await mkdtemp(join(target, timestampPrefix(new Date())));
  await chmod(folder, 0o755);
  await writeAll(folder, payload);
  await prepare?.(folder);
  await rm(join(target, NEW_DATA), { force: true });
  await symlink(folder.slice(target.length + 1), join(target, NEW_DATA));
  await rename(join(target, NEW_DATA), join(target, DATA));
  await link(target, payload);
  await unlinkStale(target, payload);
  if (old) await rm(join(target, old), { recursive: true, force: true });
  return true;
}

function checkPath(path: string): void {
  const parts = path.split('/');
  if (path.startsWith('/') || parts.includes('..') || (parts[0] ?? '').startsWith('..'))
    throw new Error(`invalid path: must not be absolute, contain "..", or begin with "..": ${path}`);
}

async function currentFolder(target: string): Promise<string | undefined> {
  try {
    return await readlink(join(target, DATA));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function isSame(folder: string, payload: Payload): Promise<boolean> {
  const present = await filesBelow(folder);
  if (present.length !== payload.size) return false;
  for (const path of present) {
    const wanted = payload.get(path);
    if (!wanted) return false;
    const file = join(folder, path);
    const [data, { mode }] = await Promise.all([readFile(file), stat(file)]);
    if (!data.equals(wanted.data) || (mode & 0o700) !== (wanted.mode & 0o700)) return false;
  }
  return true;
}

async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function writeAll(folder: string, payload: Payload): Promise<void> {
  for (const [path, { data, mode, owner }] of payload) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, data, { mode });
    // The mask of the process must not take anything away.
    await chmod(file, mode);
    if (owner !== undefined) await chown(file, owner, (await stat(file)).gid);
  }
}

function namesOf(payload: Payload): Set<string> {
  return new Set([...payload.keys()].map((path) => path.split('/')[0] ?? ''));
}

async function link(target: string, payload: Payload): Promise<void> {
  for (const name of namesOf(payload)) {
    const path = join(target, name);
    const there = await lstat(path).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (there?.isSymbolicLink()) continue;
    if (there) await rm(path, { recursive: true });
    await symlink(join(DATA, name), path);
  }
}

async function unlinkStale(target: string, payload: Payload): Promise<void> {
  const names = namesOf(payload);
  for (const name of await readdir(target))
    if (!name.startsWith('..') && !names.has(name)) await rm(join(target, name), { recursive: true, force: true });
}

function timestampPrefix(now: Date): string {
  return `..${now.toISOString().slice(0, 19).replace('T', '_').replaceAll(/[-:]/g, '_')}.`;
}
