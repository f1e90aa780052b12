import { open } from 'node:fs/promises';
import { ContainerdBackend, type ContainerdOptions } from './backends/containerd/backend';

/** Puts the images of an archive (`docker save`, OCI layout; gzipped or not) into containerd and gives their names. */
export async function importImages(file: string, options: ContainerdOptions): Promise<string[]> {
  await using archive = await open(file);
  const backend = new ContainerdBackend(options);
  try {
    return await backend.images.importArchive(archive.createReadStream({ autoClose: false }));
  } finally {
    backend.close();
  }
}
