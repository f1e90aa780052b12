import { newBadRequest, newNotFound } from '@typekube/apimachinery';
import type { corev1, ServedResource } from '@typekube/api';
import { parseObject } from '../../cache/entry';
import type { ServerCore } from '../../handlers/core';
import type { ApiRequest } from '../../http/messages';

/** The newest state of the pod that a request names. Fails with 404. */
export async function readPod(core: ServerCore, served: ServedResource, { context: { info } }: ApiRequest): Promise<corev1.Pod> {
  const { resource } = core.endpoints.endpoint(served);
  await core.barrier.mostRecent();
  const entry = resource.cache.get(resource.key(info.namespace, info.name));
  if (!entry) throw newNotFound(resource.groupResource, info.name);
  return parseObject(entry.bytes) as corev1.Pod;
}

/** The container that is meant: the named one, or the only one. Fails with 400 and upstream's texts. */
export function chooseContainer({ metadata, spec }: corev1.Pod, asked: string | null): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec ?? {};
  const names = (list: readonly { readonly name?: string }[]): string[] => list.map(({ name = '' }) => name);
  const pod = metadata.name ?? '';
  if (asked) {
    if ([...names(containers), ...names(initContainers), ...names(ephemeralContainers)].includes(asked)) return asked;
    throw newBadRequest(`container ${asked} is not valid for pod ${pod}`);
  }
  const [only, ...others] = names(containers);
  if (only === undefined) throw newBadRequest(`a container name must be specified for pod ${pod}`);
  if (others.length === 0) return only;
  const init = initContainers.length ? ` or one of the init containers: [${names(initContainers).join(' ')}]` : '';
  throw newBadRequest(`a container name must be specified for pod ${pod}, choose one of: [${names(containers).join(' ')}]${init}`);
}
