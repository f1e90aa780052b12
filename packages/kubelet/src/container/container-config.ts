import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { cri } from '@typekube/cri-api';
import { type Container, type Pod, specOf, uidOf } from '../objects';
import type { Paths } from '../paths';
import { ANNOTATIONS, containerHash, containerLabels } from '../runtime/labels';
import { environmentOf, type EnvironmentInput, expandAll } from './env';
import { type MountedVolume, volumeMounts } from './mounts';
import { linuxResources } from './resources';
import { containerSecurity } from './security';

export const DEFAULT_TERMINATION_MESSAGE_PATH = '/dev/termination-log';

export interface ContainerConfigInput extends EnvironmentInput {
  readonly image: cri.Image;
  readonly restartCount: number;
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  readonly paths: Paths;
  /** The container whose processes it sees, where it is put beside one. */
  readonly targetId?: string | undefined;
  /** Of the node, in bytes. */
  readonly memoryCapacity: number;
  /** Host paths of further files by their path in the container. */
  readonly files: Readonly<Record<string, string>>;
}

/** Where a container's log lies below the pod's log folder. */
export function logPathOf(name: string, restartCount: number): string {
  return join(name, `${restartCount}.log`);
}

/** All that the runtime has to know to make a container. Rejects with a ContainerConfigError. */
export async function containerConfig(input: ContainerConfigInput): Promise<cri.IContainerConfig> {
  const { pod, container, image, restartCount, paths } = input;
  const environment = await environmentOf(input);
  const messageFile = await makeTerminationFile(paths, pod, container);
  const mounts = await volumeMounts(container, input.volumes, environment);
  const taken = new Set(mounts.map(({ containerPath }) => containerPath));
  const files = { ...input.files, [messagePathOf(container)]: messageFile };
  return {
    metadata: { name: container.name, attempt: restartCount },
    image: { image: image.id, userSpecifiedImage: container.image ?? '' },
    command: expandAll(container.command, environment),
    args: expandAll(container.args, environment),
    workingDir: container.workingDir ?? '',
    envs: environment.map(({ name, value }) => ({ key: name, value })),
    mounts: [
      ...mounts,
      ...Object.entries(files).flatMap(([containerPath, hostPath]) =>
        taken.has(containerPath) ? [] : [{ containerPath, hostPath }],
      ),
    ],
    labels: containerLabels(pod, container),
    annotations: annotationsOf(pod, container, { restartCount, messageFile }),
    logPath: logPathOf(container.name, restartCount),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: {
      resources: linuxResources(pod, container, input.memoryCapacity),
      securityContext: containerSecurity(pod, container, {
        image: imageUser(image),
        seccompRoot: paths.seccomp,
        supplementalGroups: [],
        targetId: input.targetId,
      }),
    },
  };
}

/** An image that names no user runs as root. */
function imageUser({ uid, username }: cri.Image): { uid?: number; username: string } {
  if (uid) return { uid: uid.value, username: '' };
  return username ? { username } : { uid: 0, username: '' };
}

export function messagePathOf({ terminationMessagePath }: Container): string {
  return terminationMessagePath || DEFAULT_TERMINATION_MESSAGE_PATH;
}

/** The file that the container writes its last words into: anybody may write there. */
async function makeTerminationFile(paths: Paths, pod: Pod, container: Container): Promise<string> {
  const folder = paths.container(uidOf(pod), container.name);
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const file = join(folder, randomBytes(4).toString('hex'));
  await writeFile(file, '');
  await chmod(file, 0o666);
  return file;
}

function annotationsOf(
  pod: Pod,
  container: Container,
  { restartCount, messageFile }: { restartCount: number; messageFile: string },
): Record<string, string> {
  const grace = specOf(pod).terminationGracePeriodSeconds;
  return {
    [ANNOTATIONS.hash]: containerHash(container),
    [ANNOTATIONS.restartCount]: String(restartCount),
    [ANNOTATIONS.terminationMessagePath]: messageFile,
    [ANNOTATIONS.terminationMessagePolicy]: container.terminationMessagePolicy ?? 'File',
    ...(grace !== undefined && { [ANNOTATIONS.podTerminationGracePeriod]: String(grace) }),
  };
}
