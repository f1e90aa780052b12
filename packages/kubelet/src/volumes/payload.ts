import type { corev1 } from '@typekube/api';
import type { DeepReadonly } from '@typekube/client';
import { fieldValue, type PodAddresses } from '../container/field-ref';
import { resourceValue } from '../container/resource-ref';
import { type Container, namespaceOf, type Pod, specOf } from '../objects';
import type { PayloadFile } from './atomic-writer';
import { MountError, type VolumeContext } from './volume';

export const DEFAULT_MODE = 0o644;

type KeyToPath = DeepReadonly<corev1.KeyToPath>;

/** The files of a ConfigMap or Secret: all keys, or those asked for. Throws a MountError where one is missing that must be there. */
export function filesOfKeys(
  data: Readonly<Record<string, Buffer>>,
  options: { items?: readonly KeyToPath[] | undefined; mode: number; optional: boolean; what: string },
): Map<string, PayloadFile> {
  const { items, mode, optional } = options;
  if (!items?.length) return new Map(Object.entries(data).map(([key, bytes]) => [key, { data: bytes, mode }]));
  const files = new Map<string, PayloadFile>();
  for (const item of items) {
    const bytes = data[item.key];
    if (bytes) files.set(item.path, { data: bytes, mode: item.mode ?? mode });
    else if (!optional) throw new MountError(`references non-existent ${options.what} key: ${item.key}`);
  }
  return files;
}

interface Reference {
  readonly name: string;
  readonly items?: readonly KeyToPath[] | undefined;
  readonly optional?: boolean | undefined;
}

/** The files of a ConfigMap. */
export async function configMapFiles(
  { pod, sources }: VolumeContext,
  { name, items, optional = false }: Reference,
  mode: number,
): Promise<Map<string, PayloadFile>> {
  const data = await sources.configMap(namespaceOf(pod), name);
  if (!data && !optional) throw new MountError(`configmap "${name}" not found`);
  const bytes = Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]) => [key, typeof value === 'string' ? Buffer.from(value) : value]),
  );
  return filesOfKeys(bytes, { items, mode, optional, what: 'config' });
}

/** The files of a Secret. */
export async function secretFiles(
  { pod, sources }: VolumeContext,
  { name, items, optional = false }: Reference,
  mode: number,
): Promise<Map<string, PayloadFile>> {
  const data = await sources.secret(namespaceOf(pod), name);
  if (!data && !optional) throw new MountError(`secret "${name}" not found`);
  return filesOfKeys(data ?? {}, { items, mode, optional, what: 'secret' });
}

type DownwardFile = DeepReadonly<corev1.DownwardAPIVolumeFile>;

/** The files of the downward API. */
export function downwardFiles(
  context: Pick<VolumeContext, 'pod' | 'addresses' | 'allocatable'>,
  items: readonly DownwardFile[] = [],
  mode: number,
): Map<string, PayloadFile> {
  return new Map(items.map((item) => [item.path, { data: Buffer.from(downwardValue(item, context)), mode: item.mode ?? mode }]));
}

function downwardValue(
  { fieldRef, resourceFieldRef, path }: DownwardFile,
  { pod, addresses, allocatable }: { pod: Pod; addresses: PodAddresses; allocatable: Readonly<Record<string, string>> },
): string {
  if (fieldRef) return fieldValue(pod, fieldRef.fieldPath, addresses);
  if (!resourceFieldRef) throw new MountError(`the file ${path} has no source`);
  const { containerName, resource, divisor } = resourceFieldRef;
  return resourceValue(containerOf(pod, containerName ?? ''), resource, { divisor, allocatable });
}

function containerOf(pod: Pod, name: string): Container {
  const found = [...specOf(pod).containers, ...(specOf(pod).initContainers ?? [])].find((container) => container.name === name);
  if (!found) throw new MountError(`container ${name} not found`);
  return found;
}
