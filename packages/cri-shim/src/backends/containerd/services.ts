import { GrpcConnection, serviceClient } from '@typekube/cri-api';
import { containerd } from '../../generated/containerd';

const { services } = containerd;

/** containerd's own services over one connection, in one of its namespaces. */
export function connectContainerd(socket: string, namespace: string) {
  const connection = new GrpcConnection(socket, { 'containerd-namespace': namespace });
  return {
    connection,
    containers: serviceClient(connection, services.containers.v1.Containers),
    tasks: serviceClient(connection, services.tasks.v1.Tasks),
    images: serviceClient(connection, services.images.v1.Images),
    content: serviceClient(connection, services.content.v1.Content),
    snapshots: serviceClient(connection, services.snapshots.v1.Snapshots),
    diff: serviceClient(connection, services.diff.v1.Diff),
    leases: serviceClient(connection, services.leases.v1.Leases),
    namespaces: serviceClient(connection, services.namespaces.v1.Namespaces),
    introspection: serviceClient(connection, services.introspection.v1.Introspection),
    version: serviceClient(connection, services.version.v1.Version),
  };
}

export type Containerd = ReturnType<typeof connectContainerd>;

/** The snapshotter of all images and containers. */
export const SNAPSHOTTER = 'overlayfs';

/** Marks what is ours in containerd. */
export const OWNER_LABEL = 'io.typekube.cri-shim';

/** The time of a containerd message, in nanoseconds since 1970. */
export function toNanoseconds(time: { readonly seconds: number; readonly nanos: number } | null | undefined): number {
  return time ? time.seconds * 1e9 + time.nanos : 0;
}
