import { stat, statfs } from 'node:fs/promises';

/** How full a file system is. */
export interface FileSystemUsage {
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly usedBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
  /** Tells file systems apart. */
  readonly device: number;
}

/** The file system that the path lies on. */
export async function fileSystemUsage(path: string): Promise<FileSystemUsage> {
  const [{ bsize, blocks, bfree, bavail, files, ffree }, { dev }] = await Promise.all([statfs(path), stat(path)]);
  return {
    capacityBytes: blocks * bsize,
    availableBytes: bavail * bsize,
    usedBytes: (blocks - bfree) * bsize,
    inodes: files,
    inodesFree: ffree,
    device: dev,
  };
}
