import { runtime } from './generated/cri';

/** The messages, enums and services of CRI v1: `cri.PodSandboxConfig`, `cri.RuntimeService`. */
export import cri = runtime.v1;

export type { MessageType, Method } from './generated/cri';
export { type CallOptions, GrpcConnection, type ServiceClient, type ServiceMethods, serviceClient } from './client';
export { type GrpcStatus, type Handlers, serviceDefinition, UnimplementedError } from './server';
