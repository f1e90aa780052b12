import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { status } from '@grpc/grpc-js';
import { codeOf, ignoreNotFound, invalid } from '../../errors';
import { archiveImages, readArchive } from '../../images/archive';
import type { ImageStore, StoredImage } from '../../images/image-store';
import { choosePlatform, type Descriptor, type ImageConfig, type Index, isIndex, type Manifest, MEDIA } from '../../images/oci';
import { asImageId, parseReference, referenceName } from '../../images/reference';
import { RegistryClient, type RegistryAuth } from '../../images/registry-client';
import { ContentStore } from './content';
import { fetchImage } from './fetch-image';
import { type Containerd, OWNER_LABEL, SNAPSHOTTER } from './services';
import { chainIds, unpack } from './unpack';

/** What an image's manifest and config say; never changes for a digest. */
interface ImageFacts {
  readonly id: string;
  readonly size: number;
  readonly config: ImageConfig;
  readonly chainId: string;
}

/**
 * Images in containerd. Each has a record by its tag, by its digest and by its id, as containerd's own CRI plugin keeps them, so that either
 * finds the other's.
 */
export class ContainerdImages implements ImageStore {
  private readonly content: ContentStore;
  private readonly facts = new Map<string, ImageFacts>();

  constructor(
    private readonly containerd: Containerd,
    private readonly rootDir: string,
  ) {
    this.content = new ContentStore(containerd);
  }

  async list(): Promise<StoredImage[]> {
    const { images } = await this.containerd.images.List({});
    const byId = new Map<string, { facts: ImageFacts; names: string[] }>();
    for (const { name, target } of images) {
      const facts = target ? await this.factsOf(target.digest, target.mediaType) : undefined;
      if (!facts) continue;
      const known = byId.get(facts.id);
      if (known) known.names.push(name);
      else byId.set(facts.id, { facts, names: [name] });
    }
    return [...byId.values()].map(({ facts, names }) => ({
      ...facts,
      repoTags: names.filter((name) => !name.includes('@') && !name.startsWith('sha256:')),
      repoDigests: names.filter((name) => name.includes('@')),
    }));
  }

  async find(nameOrId: string): Promise<StoredImage | undefined> {
    const images = await this.list();
    const id = asImageId(nameOrId);
    if (id !== undefined) return images.find((image) => image.id === id);
    const name = referenceName(parseReference(nameOrId));
    return images.find(({ repoTags, repoDigests }) => repoTags.includes(name) || repoDigests.includes(name));
  }

  async pull(name: string, auth: RegistryAuth | undefined, signal: AbortSignal): Promise<StoredImage> {
    const reference = parseReference(name);
    await this.withLease(async (lease) => {
      const registry = new RegistryClient(reference, auth, signal);
      const target = await fetchImage({ content: this.content, registry, lease }, reference.digest ?? reference.tag ?? 'latest');
      await this.keep(target, [referenceName(reference), `${reference.registry}/${reference.repository}@${target.digest}`], lease);
    });
    const image = await this.find(name);
    if (!image) throw new Error(`the image ${name} is gone right after it was pulled`);
    return image;
  }

  importArchive(archive: Readable): Promise<string[]> {
    return this.withLease(async (lease) => {
      const content = await readArchive(archive, (path, source) => this.content.write(source, { ref: path, lease }));
      const names: string[] = [];
      for (const { names: own, target } of archiveImages(content)) {
        if (!own.length) throw invalid('the archive holds an image without a name');
        await this.keep('manifest' in target ? await this.writeManifest(target.manifest, lease) : target, own, lease);
        names.push(...own);
      }
      return names;
    });
  }

  async remove(nameOrId: string): Promise<void> {
    const image = await this.find(nameOrId);
    if (!image) return;
    const names = [...image.repoTags, ...image.repoDigests, image.id];
    for (const [position, name] of names.entries()) {
      // The last one waits for containerd's garbage collector, so that the space is free when the call returns.
      await ignoreNotFound(this.containerd.images.Delete({ name, sync: position === names.length - 1 }));
    }
  }

  async usage(): Promise<{ folder: string; bytes: number; inodes: number }> {
    let [bytes, inodes] = [0, 0];
    for (const image of await this.list()) {
      const usage = await this.containerd.snapshots.Usage({ snapshotter: SNAPSHOTTER, key: image.chainId });
      bytes += usage.size;
      inodes += usage.inodes;
    }
    return { folder: this.rootDir, bytes, inodes };
  }

  private async writeManifest(manifest: Manifest, lease: string): Promise<Descriptor> {
    const written = await this.content.writeBytes(Buffer.from(JSON.stringify(manifest)), lease);
    return { mediaType: MEDIA.dockerManifest, ...written };
  }

  /** Unpacks an image and records it under its names. */
  private async keep(target: Descriptor, names: readonly string[], lease: string): Promise<void> {
    const manifest = await this.manifestOf(target.digest, target.mediaType);
    await unpack({ containerd: this.containerd, content: this.content, lease }, manifest);
    if (manifest !== target.digest) await this.content.label(target.digest, { 'containerd.io/gc.ref.content.m.0': manifest });
    const facts = await this.factsOf(target.digest, target.mediaType);
    if (!facts) throw new Error(`the content of ${target.digest} is not complete`);
    for (const name of new Set([...names, facts.id])) await this.record(name, target);
  }

  private async record(name: string, { mediaType, digest, size }: Descriptor): Promise<void> {
    const image = { name, labels: { [OWNER_LABEL]: 'image', 'io.cri-containerd.image': 'managed' }, target: { mediaType, digest, size } };
    try {
      await this.containerd.images.Create({ image });
    } catch (error) {
      if (codeOf(error) !== status.ALREADY_EXISTS) throw error;
      await this.containerd.images.Update({ image, updateMask: { paths: ['target', 'labels'] } });
    }
  }

  private async manifestOf(digest: string, mediaType: string): Promise<string> {
    if (!isIndex(mediaType)) return digest;
    const chosen = choosePlatform((await this.content.readJson<Index>(digest)).manifests);
    if (!chosen) throw new Error(`no match for platform in manifest ${digest}`);
    return this.manifestOf(chosen.digest, chosen.mediaType);
  }

  /** Undefined where content is missing, as of images that others have pulled only in part. */
  private async factsOf(digest: string, mediaType: string): Promise<ImageFacts | undefined> {
    const known = this.facts.get(digest);
    if (known) return known;
    try {
      const manifest = await this.content.readJson<Manifest>(await this.manifestOf(digest, mediaType));
      const config = await this.content.readJson<ImageConfig>(manifest.config.digest);
      const size = [manifest.config, ...manifest.layers].reduce((sum, descriptor) => sum + descriptor.size, 0);
      const facts = { id: manifest.config.digest, size, config, chainId: chainIds(config.rootfs.diff_ids).at(-1) ?? '' };
      this.facts.set(digest, facts);
      return facts;
    } catch (error) {
      if (codeOf(error) === status.NOT_FOUND) return undefined;
      throw error;
    }
  }

  private async withLease<T>(work: (lease: string) => Promise<T>): Promise<T> {
    const id = `cri-shim-${randomUUID()}`;
    await this.containerd.leases.Create({ id, labels: { 'containerd.io/gc.expire': new Date(Date.now() + 24 * 3600_000).toISOString() } });
    try {
      return await work(id);
    } finally {
      await ignoreNotFound(this.containerd.leases.Delete({ id }));
    }
  }
}
