import { createGunzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { invalid } from '../errors';
import { ARCHITECTURE, choosePlatform, type Descriptor, type Index, type Manifest, MEDIA, platformText } from './oci';
import { parseReference, referenceName } from './reference';

/** A file of an archive that lies in the content store now. */
export interface ArchiveBlob {
  readonly digest: string;
  readonly size: number;
  readonly isGzip: boolean;
}

/** What an archive held: blobs by their paths, texts of the files that describe it. */
export interface ArchiveContent {
  readonly blobs: ReadonlyMap<string, ArchiveBlob>;
  readonly texts: ReadonlyMap<string, string>;
}

/** An image of an archive: its names, and its manifest's place or the manifest to be made. */
export interface ArchiveImage {
  readonly names: readonly string[];
  readonly target: Descriptor | { readonly manifest: Manifest };
}

/** Stores the bytes of one file and gives their digest. */
export type StoreBlob = (path: string, source: AsyncIterable<Buffer>) => Promise<{ readonly digest: string; readonly size: number }>;

const DESCRIBING = new Set(['manifest.json', 'index.json', 'oci-layout', 'repositories']);

/** Reads a tar stream once from end to end: files that describe it are kept, all others go to `store`. */
export async function readArchive(archive: Readable, store: StoreBlob): Promise<ArchiveContent> {
  const blobs = new Map<string, ArchiveBlob>();
  const texts = new Map<string, string>();
  const links = new Map<string, string>();
  for await (const entry of extractEntries(await decompressed(archive))) {
    const path = normalize(entry.header.name);
    if (entry.header.type === 'symlink' || entry.header.type === 'link') {
      links.set(path, resolveLink(path, entry.header.linkname ?? '', entry.header.type === 'link'));
      entry.resume();
    } else if (entry.header.type !== 'file') entry.resume();
    else if (DESCRIBING.has(path)) texts.set(path, await text(entry));
    else blobs.set(path, await storeEntry(path, entry, store));
  }
  for (const [path, target] of links) {
    const blob = blobs.get(target);
    if (blob) blobs.set(path, blob);
  }
  return { blobs, texts };
}

/** The images of an archive, of either layout. */
export function archiveImages(content: ArchiveContent): ArchiveImage[] {
  const manifest = content.texts.get('manifest.json');
  if (manifest !== undefined) return dockerImages(JSON.parse(manifest), content);
  const index = content.texts.get('index.json');
  if (index === undefined) throw invalid('unrecognized image format: the archive has neither manifest.json nor index.json');
  return layoutImages(JSON.parse(index));
}

interface DockerEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

function dockerImages(entries: readonly DockerEntry[], { blobs }: ArchiveContent): ArchiveImage[] {
  const blobOf = (path: string): ArchiveBlob => {
    const blob = blobs.get(normalize(path));
    if (!blob) throw invalid(`the archive names ${path}, but does not hold it`);
    return blob;
  };
  return entries.map(({ Config, RepoTags, Layers }) => {
    const config = blobOf(Config);
    const layers = Layers.map((path) => {
      const { digest, size, isGzip } = blobOf(path);
      return { mediaType: isGzip ? MEDIA.dockerLayerGzip : MEDIA.dockerLayer, digest, size };
    });
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: MEDIA.dockerManifest,
      config: { mediaType: MEDIA.dockerConfig, digest: config.digest, size: config.size },
      layers,
    };
    return { names: (RepoTags ?? []).map(fullName), target: { manifest } };
  });
}

/** Descriptors of one name are one image for several platforms. Throws where none of them is for this machine. */
function layoutImages(index: Index): ArchiveImage[] {
  const byName = new Map<string, Descriptor[]>();
  for (const descriptor of index.manifests) {
    const { annotations = {} } = descriptor;
    const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'] ?? '';
    byName.set(name, [...(byName.get(name) ?? []), descriptor]);
  }
  return [...byName].map(([name, descriptors]) => {
    const target = choosePlatform(descriptors);
    if (!target) throw invalid(`no match for platform linux/${ARCHITECTURE} in the archive: ${name} is there for ${descriptors.map(platformText).join(', ')}`);
    return { names: name ? [fullName(name)] : [], target };
  });
}

function fullName(name: string): string {
  return referenceName(parseReference(name));
}

/** A file of a tar stream: read to its end, or resumed, before the next one comes. */
type Entry = AsyncIterable<Buffer> & { readonly header: Header; resume(): unknown };

async function* extractEntries(stream: Readable): AsyncGenerator<Entry> {
  const entries = extract();
  pipeline(stream, entries, (error) => {
    if (error) entries.destroy(error);
  });
  for await (const source of entries) yield { header: source.header, resume: () => source.resume(), [Symbol.asyncIterator]: () => buffers(source) };
}

async function* buffers(source: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of source) if (Buffer.isBuffer(chunk)) yield chunk;
}

/** The archive's bytes, unpacked when they begin as gzip does. */
async function decompressed(archive: Readable): Promise<Readable> {
  const chunks: AsyncIterator<unknown> = archive[Symbol.asyncIterator]();
  let first = await chunks.next();
  while (!first.done && bytesOf(first.value).length === 0) first = await chunks.next();
  if (first.done) throw invalid('the archive is empty');
  const start = bytesOf(first.value);
  const whole = Readable.from(startingWith(start, chunks), { objectMode: false });
  return isGzipStart(start) ? pipeline(whole, createGunzip(), () => undefined) : whole;
}

async function* startingWith(start: Buffer, rest: AsyncIterator<unknown>): AsyncGenerator<Buffer> {
  yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield bytesOf(next.value);
}

function bytesOf(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  throw new TypeError('an archive is read as bytes, not as text');
}

async function text(entry: Entry): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function storeEntry(path: string, entry: Entry, store: StoreBlob): Promise<ArchiveBlob> {
  let isGzip = false;
  const watched = async function* (): AsyncGenerator<Buffer> {
    let isFirst = true;
    for await (const chunk of entry) {
      if (isFirst) isGzip = isGzipStart(chunk);
      isFirst = false;
      yield chunk;
    }
  };
  const written = await store(path, watched());
  return { ...written, isGzip };
}

function isGzipStart(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function normalize(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '');
}

/** Links of an archive stay inside it: both kinds name other files of it. */
function resolveLink(path: string, target: string, isHard: boolean): string {
  const base = isHard ? '' : path.split('/').slice(0, -1).join('/');
  return normalize(new URL(target, `file:///${base ? `${base}/` : ''}`).pathname);
}
