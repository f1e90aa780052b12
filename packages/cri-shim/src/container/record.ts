import { cri } from '@typekube/cri-api';
import type { RecordCodec } from '../store/records';
import type { SpecUser } from './runtime-spec';

/** Where a container is in its life. Times are nanoseconds since 1970. */
export type ContainerLife =
  | { readonly at: 'created' }
  | { readonly at: 'running'; readonly startedAt: number; readonly pid: number }
  | {
      readonly at: 'exited';
      readonly startedAt: number;
      readonly finishedAt: number;
      readonly exitCode: number;
      readonly reason: string;
      readonly message: string;
    };

export interface ContainerRecord {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: cri.ContainerConfig;
  readonly createdAt: number;
  readonly image: { readonly id: string; readonly ref: string; readonly stopSignal: string };
  /** On the host; empty for no log. */
  readonly logPath: string;
  readonly user: SpecUser;
  readonly life: ContainerLife;
}

export const containerCodec: RecordCodec<ContainerRecord> = {
  encode: (record) => record,
  decode: (value) => {
    const record = value as ContainerRecord;
    return { ...record, config: cri.ContainerConfig.decode(cri.ContainerConfig.encode(record.config).finish()) };
  },
};

export function toContainer({ id, sandboxId, config, image, createdAt, life }: ContainerRecord): cri.IContainer {
  const { metadata, labels, annotations } = config;
  return {
    id,
    podSandboxId: sandboxId,
    metadata,
    image: config.image,
    imageRef: image.ref,
    imageId: image.id,
    state: toState(life),
    createdAt,
    labels,
    annotations,
  };
}

export function toContainerStatus({ id, config, image, createdAt, life, logPath, user }: ContainerRecord): cri.IContainerStatus {
  const { metadata, labels, annotations, mounts, linux, stopSignal } = config;
  return {
    id,
    metadata,
    state: toState(life),
    createdAt,
    ...(life.at === 'running' && { startedAt: life.startedAt }),
    ...(life.at === 'exited' && endOf(life)),
    image: config.image,
    imageRef: image.ref,
    imageId: image.id,
    labels,
    annotations,
    mounts,
    logPath,
    resources: { linux: linux?.resources ?? {} },
    user: { linux: { uid: user.uid, gid: user.gid, supplementalGroups: [...user.additionalGids] } },
    stopSignal,
  };
}

function endOf({ startedAt, finishedAt, exitCode, reason, message }: Extract<ContainerLife, { at: 'exited' }>): Partial<cri.IContainerStatus> {
  return { startedAt, finishedAt, exitCode, reason, message };
}

function toState({ at }: ContainerLife): cri.ContainerState {
  if (at === 'created') return cri.ContainerState.CONTAINER_CREATED;
  return at === 'running' ? cri.ContainerState.CONTAINER_RUNNING : cri.ContainerState.CONTAINER_EXITED;
}

/** The code of containers that could not be started, and of those that nobody knows the end of: as containerd has them. */
export const START_ERROR_CODE = 128;
export const UNKNOWN_EXIT_CODE = 255;

/** Why a container ended, in the kubelet's words. */
export function exitReason(code: number, isOutOfMemory: boolean): string {
  if (isOutOfMemory) return 'OOMKilled';
  return code === 0 ? 'Completed' : 'Error';
}
