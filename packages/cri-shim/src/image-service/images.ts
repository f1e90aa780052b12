import type { cri } from '@typekube/cri-api';
import { invalid } from '../errors';
import type { StoredImage } from '../images/image-store';
import type { RegistryAuth } from '../images/registry-client';
import { now, type Shim } from '../shim';

export async function listImages({ backend }: Shim, { filter }: cri.ListImagesRequest): Promise<cri.IListImagesResponse> {
  const wanted = filter?.image?.image;
  if (!wanted) return { images: (await backend.images.list()).map(toImage) };
  const found = await backend.images.find(wanted);
  return { images: found ? [toImage(found)] : [] };
}

export async function imageStatus({ backend }: Shim, { image, verbose }: cri.ImageStatusRequest): Promise<cri.IImageStatusResponse> {
  if (!image?.image) throw invalid('image not specified');
  const found = await backend.images.find(image.image);
  if (!found) return {};
  const info = { chainID: found.chainId, imageSpec: found.config };
  return { image: toImage(found), ...(verbose && { info: { info: JSON.stringify(info) } }) };
}

export async function pullImage({ backend, log }: Shim, { image, auth }: cri.PullImageRequest, signal: AbortSignal): Promise<cri.IPullImageResponse> {
  if (!image?.image) throw invalid('image not specified');
  const stored = await backend.images.pull(image.image, toAuth(auth), signal);
  log.info('Pulled an image', { image: image.image, id: stored.id });
  return { imageRef: stored.id };
}

export async function removeImage({ backend }: Shim, { image }: cri.RemoveImageRequest): Promise<cri.IRemoveImageResponse> {
  if (!image?.image) throw invalid('image not specified');
  await backend.images.remove(image.image);
  return {};
}

export async function imageFsInfo({ backend }: Shim): Promise<cri.IImageFsInfoResponse> {
  const { folder, bytes, inodes } = await backend.images.usage();
  return { imageFilesystems: [{ timestamp: now(), fsId: { mountpoint: folder }, usedBytes: { value: bytes }, inodesUsed: { value: inodes } }] };
}

export function toImage({ id, repoTags, repoDigests, size, config }: StoredImage): cri.IImage {
  const [user = ''] = (config.config?.User ?? '').split(':', 1);
  const owner = /^\d+$/.test(user) ? { uid: { value: Number(user) } } : { username: user };
  return { id, repoTags: [...repoTags], repoDigests: [...repoDigests], size, ...(user && owner) };
}

/** `auth` is `user:password` in base64, as in Docker's configuration file. */
export function toAuth(auth: cri.IAuthConfig | null | undefined): RegistryAuth | undefined {
  if (!auth) return undefined;
  const { username, password, registryToken } = auth;
  const [user = '', secret = ''] = auth.auth ? splitOnce(Buffer.from(auth.auth, 'base64').toString('utf8')) : [username ?? '', password ?? ''];
  return { username: user, password: secret, registryToken: registryToken ?? '' };
}

function splitOnce(text: string): [string, string] {
  const position = text.indexOf(':');
  if (position < 0) throw invalid(`invalid decoded auth: no ':' between the user's name and the password`);
  return [text.slice(0, position), text.slice(position + 1)];
}
