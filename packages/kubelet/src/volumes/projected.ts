import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { specOf } from '../objects';
import type { PayloadFile } from './atomic-writer';
import { configMapFiles, DEFAULT_MODE, downwardFiles, secretFiles } from './payload';
import { MountError, type VolumeContext, type VolumePlugin } from './volume';
import { writeVolume } from './wrapped';

type Projection = DeepReadonly<corev1.VolumeProjection>;

const DEFAULT_EXPIRATION_SECONDS = 3600;

/** Several sources in one folder, in memory. */
export const projected: VolumePlugin = {
  name: 'kubernetes.io/projected',
  supports: ({ projected: source }) => source !== undefined,
  async setUp(context) {
    const { sources = [], defaultMode = DEFAULT_MODE } = context.volume.projected ?? {};
    const files = new Map<string, PayloadFile>();
    for (const source of sources) for (const [path, file] of await filesOf(source, context, defaultMode)) files.set(path, file);
    await writeVolume(context, files, 'memory');
  },
};

async function filesOf(source: Projection, context: VolumeContext, mode: number): Promise<ReadonlyMap<string, PayloadFile>> {
  if (source.configMap) return configMapFiles(context, { ...source.configMap, name: source.configMap.name ?? '' }, mode);
  if (source.secret) return secretFiles(context, { ...source.secret, name: source.secret.name ?? '' }, mode);
  if (source.downwardAPI) return downwardFiles(context, source.downwardAPI.items, mode);
  if (source.serviceAccountToken) return tokenFile(source.serviceAccountToken, context, mode);
  throw new MountError(`projected sources of type ${Object.keys(source).join(', ')} are not supported yet`);
}

/** A token of the pod's account, bound to the pod. Where the pod has a user or a group of its own, it is for those alone. */
async function tokenFile(
  source: NonNullable<Projection['serviceAccountToken']>,
  { pod, sources }: VolumeContext,
  mode: number,
): Promise<ReadonlyMap<string, PayloadFile>> {
  const { audience, expirationSeconds = DEFAULT_EXPIRATION_SECONDS, path } = source;
  const { runAsUser, fsGroup } = specOf(pod).securityContext ?? {};
  const token = await sources.serviceAccountToken({ pod, audience, expirationSeconds });
  const isPrivate = fsGroup !== undefined || runAsUser !== undefined;
  const file = { data: Buffer.from(token), mode: isPrivate ? 0o600 : mode, ...(runAsUser !== undefined && { owner: runAsUser }) };
  return new Map([[path, file]]);
}
