import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { runProgram } from '../testing/program';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { archiveImages, readArchive } from './archive';
import { ARCHITECTURE, MEDIA } from './oci';

async function store(_path: string, source: AsyncIterable<Buffer>): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

const digestOf = (text: string | Buffer): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('readArchive', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'archive-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  async function archive(files: Readonly<Record<string, string | Buffer>>, links: Readonly<Record<string, string>> = {}): Promise<Buffer> {
    for (const path of [...Object.keys(files), ...Object.keys(links)]) mkdirSync(dirname(join(folder, 'in', path)), { recursive: true });
    for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, 'in', path), content);
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, 'in', path));
    await runProgram('tar', ['-C', join(folder, 'in'), '-cf', join(folder, 'a.tar'), '.']);
    return readFileSync(join(folder, 'a.tar'));
  }

  const read = async (bytes: Buffer) => archiveImages(await readArchive(Readable.from([bytes]), store));

  it('reads what docker save writes, with layers that are links to others, and packed ones', async () => {
    const packed = gzipSync('second');
    const manifest = [{ Config: 'c.json', RepoTags: ['app:v1', 'team/app'], Layers: ['a/layer.tar', 'b/layer.tar', 'c/layer.tar'] }];
    const bytes = await archive({ 'manifest.json': JSON.stringify(manifest), 'c.json': '{}', 'a/layer.tar': 'first', 'c/layer.tar': packed }, { 'b/layer.tar': '../a/layer.tar' });
    const layers = [
      { mediaType: MEDIA.dockerLayer, digest: digestOf('first'), size: 5 },
      { mediaType: MEDIA.dockerLayer, digest: digestOf('first'), size: 5 },
      { mediaType: MEDIA.dockerLayerGzip, digest: digestOf(packed), size: packed.length },
    ];
    const expected = [{ names: ['docker.io/library/app:v1', 'docker.io/team/app:latest'], target: { manifest: expect.objectContaining({ layers, config: expect.objectContaining({ digest: digestOf('{}') }) }) } }];
    expect(await read(bytes)).toEqual(expected);
    expect(await read(gzipSync(bytes))).toEqual(expected);
  });

  it('reads the OCI layout', async () => {
    const descriptor = { mediaType: MEDIA.ociManifest, digest: digestOf('m'), size: 1, annotations: { 'org.opencontainers.image.ref.name': 'app:v2' } };
    const bytes = await archive({ 'oci-layout': '{}', 'index.json': JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }), [`blobs/sha256/${'m'.repeat(4)}`]: 'm' });
    expect(await read(bytes)).toEqual([{ names: ['docker.io/library/app:v2'], target: descriptor }]);
  });

  const OTHER = ARCHITECTURE === 'amd64' ? 'arm64' : 'amd64';

  it.each([
    ['the first', [ARCHITECTURE, OTHER], 0],
    ['the last', [OTHER, ARCHITECTURE], 1],
    ['neither first nor last', [OTHER, ARCHITECTURE, 's390x'], 1],
  ])('takes the platform of this machine where it is %s', async (_, architectures, position) => {
    const manifests = architectures.map((architecture) => ({
      mediaType: MEDIA.ociManifest,
      digest: digestOf(architecture),
      size: 1,
      platform: { os: 'linux', architecture },
      annotations: { 'org.opencontainers.image.ref.name': 'app:v2' },
    }));
    const bytes = await archive({ 'oci-layout': '{}', 'index.json': JSON.stringify({ schemaVersion: 2, manifests }) });
    expect(await read(bytes)).toEqual([{ names: ['docker.io/library/app:v2'], target: manifests[position] }]);
  });

  it('says that there is no platform for this machine, and which there are', async () => {
    const platforms = [{ os: 'linux', architecture: OTHER }, { os: 'windows', architecture: ARCHITECTURE }];
    const manifests = platforms.map((platform) => ({ mediaType: MEDIA.ociManifest, digest: digestOf('m'), size: 1, platform, annotations: { 'org.opencontainers.image.ref.name': 'app:v2' } }));
    const bytes = await archive({ 'oci-layout': '{}', 'index.json': JSON.stringify({ schemaVersion: 2, manifests }) });
    await expect(read(bytes)).rejects.toThrow(`no match for platform linux/${ARCHITECTURE} in the archive: app:v2 is there for linux/${OTHER}, windows/${ARCHITECTURE}`);
  });

  it.each([
    ['is neither', { 'other.json': '{}' }, 'has neither manifest.json nor index.json'],
    ['lacks a file', { 'manifest.json': '[{"Config":"c.json","RepoTags":["a:b"],"Layers":[]}]' }, 'names c.json, but does not hold it'],
  ])('refuses an archive that %s', async (_name, files, error) => {
    await expect(read(await archive(files))).rejects.toThrow(error);
  });

  it('refuses what is empty, or no archive', async () => {
    await expect(read(Buffer.alloc(0))).rejects.toThrow('the archive is empty');
    await expect(read(Buffer.alloc(2048, 'x'))).rejects.toThrow(/tar header|Invalid/i);
  });
});
