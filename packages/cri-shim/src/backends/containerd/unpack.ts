import { createHash, randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { codeOf, ignoreNotFound, isNotFound } from '../../errors';
import type { Descriptor, ImageConfig, Manifest } from '../../images/oci';
import type { ContentStore } from './content';
import { type Containerd, SNAPSHOTTER } from './services';

/** The name of the snapshot of each number of layers, by the OCI image specification: the last is the whole image. */
export function chainIds(diffIds: readonly string[]): string[] {
  const chain: string[] = [];
  for (const diffId of diffIds) {
    const parent = chain.at(-1);
    chain.push(parent === undefined ? diffId : `sha256:${createHash('sha256').update(`${parent} ${diffId}`).digest('hex')}`);
  }
  return chain;
}

export interface UnpackContext {
  readonly containerd: Containerd;
  readonly content: ContentStore;
  readonly lease: string;
}

/** Makes the snapshots of an image's layers, those that are not there yet, and ties the blobs to them and to each other. */
export async function unpack({ containerd, content, lease }: UnpackContext, manifestDigest: string): Promise<void> {
  const manifest = await content.readJson<Manifest>(manifestDigest);
  const { rootfs } = await content.readJson<ImageConfig>(manifest.config.digest);
  const chain = chainIds(rootfs.diff_ids);
  if (chain.length !== manifest.layers.length) throw new Error(`number of layers (${manifest.layers.length}) and of diff ids (${chain.length}) differ`);
  for (const [position, layer] of manifest.layers.entries()) {
    const [name = '', parent = ''] = [chain[position], chain[position - 1]];
    await applyLayer({ containerd, lease, layer, name, parent, diffId: rootfs.diff_ids[position] ?? '' });
  }
  const children = Object.fromEntries([manifest.config, ...manifest.layers].map(({ digest }, number) => [`containerd.io/gc.ref.content.${number}`, digest]));
  await content.label(manifestDigest, children);
  await content.label(manifest.config.digest, { [`containerd.io/gc.ref.snapshot.${SNAPSHOTTER}`]: chain.at(-1) ?? '' });
}

interface LayerStep {
  readonly containerd: Containerd;
  readonly lease: string;
  readonly layer: Descriptor;
  readonly name: string;
  readonly parent: string;
  readonly diffId: string;
}

async function applyLayer({ containerd, lease, layer, name, parent, diffId }: LayerStep): Promise<void> {
  if (await hasSnapshot(containerd, name)) return;
  const options = { headers: { 'containerd-lease': lease } };
  const key = `extract-${randomUUID()} ${name}`;
  const { mounts } = await containerd.snapshots.Prepare({ snapshotter: SNAPSHOTTER, key, parent }, options);
  try {
    const { mediaType, digest, size } = layer;
    const { applied } = await containerd.diff.Apply({ diff: { mediaType, digest, size }, mounts }, options);
    if (applied?.digest !== diffId) throw new Error(`wrong diff id calculated on extraction: got ${applied?.digest}, want ${diffId}`);
    await containerd.snapshots.Commit({ snapshotter: SNAPSHOTTER, name, key }, options);
  } catch (error) {
    await ignoreNotFound(containerd.snapshots.Remove({ snapshotter: SNAPSHOTTER, key }));
    if (codeOf(error) !== status.ALREADY_EXISTS) throw error;
  }
}

async function hasSnapshot(containerd: Containerd, key: string): Promise<boolean> {
  try {
    await containerd.snapshots.Stat({ snapshotter: SNAPSHOTTER, key });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
