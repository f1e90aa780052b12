import { realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const ROOT = '/tmp';

/** Removes a folder below /tmp with what is in it; links on the way must not lead out of there. Does nothing where it is gone. */
export async function removeFolder(path: string): Promise<void> {
  const parent = await parentOf(path);
  if (parent === undefined) return;
  if (parent !== ROOT && !parent.startsWith(`${ROOT}/`)) throw new Error(`host_path deleter: ${path} leads out of ${ROOT}`);
  await rm(join(parent, basename(path)), { recursive: true, force: true });
}

async function parentOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(dirname(path));
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
