import type { FileHandle } from 'node:fs/promises';

const NEWLINE = 0x0a;

const BLOCK = 64 * 1024;

/** Where the last so many lines of a file begin. */
export async function tailOffset(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat();
  if (lines === 0) return size;
  const block = Buffer.alloc(BLOCK);
  let left = lines;
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    await file.read(block, 0, end - start, start);
    for (let at = end - start - 1; at >= 0; at--) {
      // The end of the last line itself does not count.
      if (block[at] === NEWLINE && start + at < size - 1 && --left === 0) return start + at + 1;
    }
  }
  return 0;
}
