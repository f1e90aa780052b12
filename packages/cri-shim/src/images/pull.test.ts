import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importImages } from '../import-images';
import { busyboxArchive } from '../testing/containerd';
import { ShimFixture } from '../testing/fixture';
import { ARCHITECTURE, MEDIA } from './oci';

/** Serves an index with one manifest for this machine and one for another, as registries hold them. */
async function serveImage(folder: string): Promise<{ server: Server; host: string; blobs: Map<string, Buffer> }> {
  await busyboxArchive(folder, 'unused:latest', { User: '7', StopSignal: 'SIGQUIT' });
  const blobs = new Map<string, Buffer>();
  const add = (bytes: Buffer, mediaType: string) => {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const config = add(readFileSync(join(folder, 'config.json')), 'application/vnd.oci.image.config.v1+json');
  const layer = add(readFileSync(join(folder, 'layer.tar')), 'application/vnd.oci.image.layer.v1.tar');
  const manifest = add(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.ociManifest, config, layers: [layer] })), MEDIA.ociManifest);
  const foreign = { mediaType: MEDIA.ociManifest, digest: `sha256:${'0'.repeat(64)}`, size: 1, platform: { os: 'linux', architecture: 'other' } };
  const manifests = [foreign, { ...manifest, platform: { os: 'linux', architecture: ARCHITECTURE } }];
  const index = add(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.ociIndex, manifests })), MEDIA.ociIndex);
  const types = new Map([[index.digest, MEDIA.ociIndex as string], [manifest.digest, MEDIA.ociManifest]]);
  const server = createServer((request, response) => {
    const wanted = request.url?.split('/').at(-1) ?? '';
    const digest = wanted === 'v1' ? index.digest : wanted;
    const bytes = blobs.get(digest);
    if (!bytes) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': types.get(digest) ?? 'application/octet-stream' }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, blobs, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('pulling images', () => {
  let shim: ShimFixture;
  let folder: string;
  let served: Awaited<ReturnType<typeof serveImage>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'registry-'));
    served = await serveImage(folder);
    shim = await ShimFixture.start();
  });
  afterAll(async () => {
    await shim.close();
    served.server.closeAllConnections();
    served.server.close();
    rmSync(folder, { recursive: true });
  });

  it('takes the manifest for this machine, and runs the image', async () => {
    const image = `${served.host}/team/app:v1`;
    const { imageRef } = await shim.images.PullImage({ image: { image } });
    const { images } = await shim.images.ListImages({});
    expect(images).toMatchObject([{ id: imageRef, repoTags: [image], repoDigests: [expect.stringMatching(/^127\.0\.0\.1:\d+\/team\/app@sha256:/)], uid: { value: 7 } }]);
    const pod = await shim.runPod('pulled');
    const containerId = await shim.create(pod, 'main', { image: { image: imageRef }, command: ['sh', '-c', 'trap "exit 5" QUIT; while true; do sleep 0.05; done'] });
    await shim.runtime.StartContainer({ containerId });
    expect((await shim.exec(containerId, 'id -u')).stdout).toBe('7\n');
    await shim.runtime.StopContainer({ containerId, timeout: 10 });
    expect((await shim.ended(containerId)).exitCode).toBe(5);
    await shim.runtime.RemovePodSandbox({ podSandboxId: pod });
  });

  it('removes an image with all of its content', async () => {
    await shim.images.RemoveImage({ image: { image: `${served.host}/team/app:v1` } });
    expect((await shim.images.ImageStatus({ image: { image: `${served.host}/team/app:v1` } })).image).toBeNull();
    expect((await shim.images.ImageFsInfo({})).imageFilesystems[0]?.usedBytes?.value).toBe(0);
  });

  it('refuses content that is not what its digest says', async () => {
    const layer = [...served.blobs].find(([, bytes]) => bytes.length > 1_000_000)?.[0] ?? '';
    served.blobs.set(layer, Buffer.from('something else'));
    const pull = shim.images.PullImage({ image: { image: `${served.host}/team/app:v1` } });
    await expect(pull).rejects.toMatchObject({ details: expect.stringMatching(/^unexpected digest of sha256:/) });
    expect((await shim.images.ListImages({})).images).toEqual([]);
  });

  it.each([
    ['is not there', 'nothing.tar', 'ENOENT'],
    ['is a folder', '.', 'EISDIR'],
    ['ends in the middle of a layer', 'cut.tar', 'Unexpected end of data'],
  ])('refuses an archive that %s', async (_what, file, message) => {
    const whole = readFileSync(await busyboxArchive(folder, 'cut:latest'));
    writeFileSync(join(folder, 'cut.tar'), whole.subarray(0, whole.length / 2));
    const containerd = { socket: shim.containerd.socket, namespace: 'k8s.io', rootDir: join(shim.folder, 'root') };
    await expect(importImages(join(folder, file), containerd)).rejects.toThrow(message);
    expect((await shim.images.ListImages({})).images).toEqual([]);
  });
});
