import { createHash } from 'node:crypto';
import { choosePlatform, type Descriptor, type Index, isIndex, isManifest, type Manifest } from '../../images/oci';
import type { RegistryClient } from '../../images/registry-client';
import type { ContentStore } from './content';

export interface FetchContext {
  readonly content: ContentStore;
  readonly registry: RegistryClient;
  readonly lease: string;
}

const PARALLEL_LAYERS = 3;

/** Fetches an image's index, the manifest for this machine, its config and its layers into the content store; gives the top one. */
export async function fetchImage(context: FetchContext, tagOrDigest: string): Promise<Descriptor> {
  const { bytes, mediaType } = await context.registry.manifest(tagOrDigest);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (tagOrDigest.includes(':') && tagOrDigest !== digest) throw new Error(`the registry gave ${digest} for ${tagOrDigest}`);
  await context.content.writeBytes(bytes, context.lease);
  if (isIndex(mediaType)) {
    const index: Index = JSON.parse(bytes.toString('utf8'));
    const chosen = choosePlatform(index.manifests);
    if (!chosen) throw new Error(`no match for platform in manifest ${digest}`);
    await fetchImage(context, chosen.digest);
  } else if (isManifest(mediaType)) {
    const manifest: Manifest = JSON.parse(bytes.toString('utf8'));
    await fetchBlobs(context, [manifest.config, ...manifest.layers]);
  } else throw new Error(`manifest ${digest} has the media type ${mediaType}, which is not supported`);
  return { mediaType, digest, size: bytes.length };
}

async function fetchBlobs(context: FetchContext, blobs: readonly Descriptor[]): Promise<void> {
  const waiting = [...blobs];
  const worker = async (): Promise<void> => {
    for (let blob = waiting.shift(); blob; blob = waiting.shift()) await fetchBlob(context, blob);
  };
  await Promise.all(Array.from({ length: PARALLEL_LAYERS }, worker));
}

async function fetchBlob({ content, registry, lease }: FetchContext, { digest }: Descriptor): Promise<void> {
  if (await content.has(digest)) return;
  await content.write(await registry.blob(digest), { ref: digest, digest, lease });
}
