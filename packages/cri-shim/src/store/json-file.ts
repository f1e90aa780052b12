import { rename, rm, writeFile } from 'node:fs/promises';

/** Replaces a file by one step: readers and restarts see the old text or the new one. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
  } catch (error) {
    // Where there was no room for the whole of it, its part takes up room that others need.
    await rm(temporary, { force: true });
    throw error;
  }
}
