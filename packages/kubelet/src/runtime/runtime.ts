import { cri, type GrpcConnection, type ServiceClient, serviceClient } from '@typekube/cri-api';
import { type EndedStatus, identityOf, type PodIdentity, readPodState, toSandbox } from './read-state';
import { ANNOTATIONS, LABELS } from './labels';
import { terminationMessage } from './termination-message';
import type { PodState, SandboxState } from './pod-state';

const MINUTE_MILLISECONDS = 60_000;

const NANOSECONDS = 1_000_000;

/** Something that happened to the pod of that uid. A state that was read from a later millisecond on shows it. */
export interface PodEvent {
  readonly uid: string;
  readonly at: number;
}

/**
 * The container runtime, by CRI v1 alone. All rejections are grpc-js' ServiceErrors. A call may take `requestMilliseconds`, upstream's runtimeRequestTimeout,
 * unless it says otherwise.
 */
export class Runtime {
  readonly services: ServiceClient<typeof cri.RuntimeService>;
  readonly images: ServiceClient<typeof cri.ImageService>;

  constructor(
    private readonly connection: GrpcConnection,
    readonly requestMilliseconds = 2 * MINUTE_MILLISECONDS,
  ) {
    this.services = serviceClient(connection, cri.RuntimeService, { timeoutMs: requestMilliseconds });
    this.images = serviceClient(connection, cri.ImageService, { timeoutMs: requestMilliseconds });
  }

  /** The state of one pod. */
  async podState(uid: string): Promise<PodState> {
    const labelSelector = { [LABELS.podUid]: uid };
    const [sandboxes, containers] = await Promise.all([
      this.services.ListPodSandbox({ filter: { labelSelector } }),
      this.services.ListContainers({ filter: { labelSelector } }),
    ]);
    const sandboxStatuses = await Promise.all(
      sandboxes.items.map(({ id }) => absentIfGone(this.services.PodSandboxStatus({ podSandboxId: id }))),
    );
    // Most runtimes give the containers' statuses with their sandbox'.
    const given = new Map(sandboxStatuses.flatMap((answer) => answer?.containersStatuses ?? []).map((status) => [status.id, status]));
    const statuses = await Promise.all(
      containers.containers.map(async ({ id }) => given.get(id) ?? (await absentIfGone(this.services.ContainerStatus({ containerId: id })))?.status),
    );
    return readPodState(
      sandboxStatuses.flatMap((answer) => answer?.status ?? []),
      await Promise.all(statuses.flatMap((status) => (status ? [withLastWords(status)] : []))),
      new Map(containers.containers.map(({ id, podSandboxId }) => [id, podSandboxId])),
    );
  }

  /** One sandbox, which must be there. */
  async sandbox(podSandboxId: string): Promise<SandboxState> {
    const { status } = await this.services.PodSandboxStatus({ podSandboxId });
    if (!status) throw new Error(`the runtime gave no status of the sandbox ${podSandboxId}`);
    return toSandbox(status);
  }

  /** Who has sandboxes in the runtime, also pods that are long gone. */
  async podsWithSandboxes(): Promise<PodIdentity[]> {
    const { items } = await this.services.ListPodSandbox({});
    const byUid = new Map(items.flatMap((item) => identityOf(item) ?? []).map((identity) => [identity.uid, identity]));
    return [...byUid.values()];
  }

  /** The pods that something happened to, and when. Fails where the runtime has no events, or is away. */
  async *events(signal: AbortSignal): AsyncGenerator<PodEvent> {
    for await (const { podSandboxStatus, createdAt } of this.connection.stream(cri.RuntimeService.GetContainerEvents, {}, { signal })) {
      const uid = podSandboxStatus?.metadata?.uid;
      if (uid) yield { uid, at: Math.round(createdAt / NANOSECONDS) };
    }
  }

  version(): Promise<cri.VersionResponse> {
    return this.services.Version({ version: '0.1.0' });
  }

  close(): void {
    this.connection.close();
  }
}

/** With what the container has written about its end. */
async function withLastWords(status: cri.ContainerStatus): Promise<EndedStatus> {
  if (status.state !== cri.ContainerState.CONTAINER_EXITED) return { status, words: '' };
  const { annotations, exitCode, logPath } = status;
  const file = annotations[ANNOTATIONS.terminationMessagePath] ?? '';
  const policy = annotations[ANNOTATIONS.terminationMessagePolicy] ?? 'File';
  return { status, words: await terminationMessage({ file, policy, exitCode, logPath }) };
}

const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;

async function absentIfGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether the runtime says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === NOT_FOUND;
}

/** Whether the runtime does not know such a call. */
export function isUnimplemented(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === UNIMPLEMENTED;
}

/** Whether the runtime says that the time of the call was over. */
export function isLate(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === DEADLINE_EXCEEDED;
}

/** What the runtime said, in the form that Go's gRPC prints: events and statuses show it so. */
export function runtimeErrorText(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && 'details' in error && typeof error.code === 'number') {
    return `rpc error: code = ${CODE_NAMES[error.code] ?? `Code(${error.code})`} desc = ${String(error.details)}`;
  }
  return error instanceof Error ? error.message : String(error);
}

const CODE_NAMES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];
