import type { Readable } from 'node:stream';
import type { ImageConfig } from './oci';
import type { RegistryAuth } from './registry-client';

/** An image on this node, unpacked and ready for containers. */
export interface StoredImage {
  /** The digest of its config: what CRI calls the image's id. */
  readonly id: string;
  /** The names it is known by: `docker.io/library/busybox:latest`. */
  readonly repoTags: readonly string[];
  /** `docker.io/library/busybox@sha256:…` */
  readonly repoDigests: readonly string[];
  /** Bytes of the config and the layers, as they are kept. */
  readonly size: number;
  readonly config: ImageConfig;
  /** The snapshot that containers stand on. */
  readonly chainId: string;
}

/** The images of a node. */
export interface ImageStore {
  list(): Promise<StoredImage[]>;
  /** By id, or by a name as users write it. Undefined if it is not there. */
  find(nameOrId: string): Promise<StoredImage | undefined>;
  /** Fetches an image from its registry, unpacks it, and gives it. */
  pull(name: string, auth: RegistryAuth | undefined, signal: AbortSignal): Promise<StoredImage>;
  /** Reads an archive of `docker save` or of OCI's layout (gzipped or not) and gives the names it held. */
  importArchive(archive: Readable): Promise<string[]>;
  /** Takes away all names of the image; nothing if it is not there. */
  remove(nameOrId: string): Promise<void>;
  /** Where images lie, and what they take. */
  usage(): Promise<{ readonly folder: string; readonly bytes: number; readonly inodes: number }>;
}
