import { open } from 'node:fs/promises';
import type { ContainerdOptions } from './backends/containerd/backend';
import { ContainerdImages } from './backends/containerd/images';
import { connectContainerd } from './backends/containerd/services';

/** Puts the images of an archive (`docker save`, OCI layout; gzipped or not) into containerd and gives their names. */
export async function importImages(file: string, { socket, namespace, rootDir }: ContainerdOptions): Promise<string[]> {
  await using archive = await open(file);
  const containerd = connectContainerd(socket, namespace);
  try {
    return await new ContainerdImages(containerd, rootDir).importArchive(archive.createReadStream({ autoClose: false }));
  } finally {
    containerd.connection.close();
  }
}
