import { join } from 'node:path';
import type { Logger } from '@typekube/component-base';
import { cri } from '@typekube/cri-api';
import type { Backend } from './backend';
import type { PodNetwork } from './cni/pod-network';
import { type ContainerRecord, toContainerStatus } from './container/record';
import type { Supervisor } from './container/supervisor';
import { notFound } from './errors';
import type { EventHub } from './events';
import type { Host } from './host';
import { type SandboxRecord, toSandboxStatus } from './sandbox/record';
import type { KeyedLock } from './store/keyed-lock';
import type { RecordStore } from './store/records';
import type { StreamSessions } from './streams/sessions';

/** What all calls work with. */
export interface Shim {
  readonly backend: Backend;
  readonly host: Host;
  readonly network: PodNetwork;
  readonly sandboxes: RecordStore<SandboxRecord>;
  readonly containers: RecordStore<ContainerRecord>;
  readonly supervisor: Supervisor;
  readonly events: EventHub;
  /** One call at a time changes a sandbox or a container. */
  readonly locks: KeyedLock;
  readonly sessions: StreamSessions;
  readonly paths: Paths;
  readonly log: Logger;
}

/** Where things lie: `state` is emptied by a reboot, `root` is not. */
export interface Paths {
  readonly state: string;
  readonly root: string;
}

/** The folder of a sandbox's namespaces and shared memory. */
export function sandboxFolder({ state }: Paths, id: string): string {
  return join(state, 'sandboxes', id);
}

/** The folder of a sandbox's files: resolv.conf, hosts, hostname. */
export function sandboxFilesFolder({ root }: Paths, id: string): string {
  return join(root, 'sandbox-files', id);
}

/** The folder of a container's FIFOs. */
export function containerFolder({ state }: Paths, id: string): string {
  return join(state, 'containers', id);
}

export function requireSandbox({ sandboxes }: Pick<Shim, 'sandboxes'>, id: string): SandboxRecord {
  const record = sandboxes.find(id);
  if (!record) throw notFound('sandbox', id);
  return record;
}

export function requireContainer({ containers }: Pick<Shim, 'containers'>, id: string): ContainerRecord {
  const record = containers.find(id);
  if (!record) throw notFound('container', id);
  return record;
}

export function containersOf({ containers }: Pick<Shim, 'containers'>, sandboxId: string): ContainerRecord[] {
  return containers.all().filter((container) => container.sandboxId === sandboxId);
}

/** Tells listeners what happened to a container (or to a sandbox, under its own id), with the state of its pod. */
export function publishEvent(shim: Pick<Shim, 'events' | 'sandboxes' | 'containers'>, type: cri.ContainerEventType, id: string, sandboxId: string): void {
  const sandbox = shim.sandboxes.get(sandboxId);
  shim.events.publish({
    containerId: id,
    containerEventType: type,
    createdAt: now(),
    ...(sandbox && { podSandboxStatus: toSandboxStatus(sandbox) }),
    containersStatuses: containersOf(shim, sandboxId).map(toContainerStatus),
  });
}

/** Nanoseconds since 1970. */
export function now(): number {
  return Date.now() * 1e6;
}
