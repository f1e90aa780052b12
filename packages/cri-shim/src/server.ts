import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Logger } from '@typekube/component-base';
import { cri, serviceDefinition } from '@typekube/cri-api';
import type { Backend } from './backend';
import { PodNetwork, type PodNetworkOptions } from './cni/pod-network';
import { containerCodec, type ContainerRecord } from './container/record';
import { Supervisor } from './container/supervisor';
import { toStatus } from './errors';
import { EventHub } from './events';
import { probeHost } from './host';
import { recover } from './recovery';
import { sandboxCodec, type SandboxRecord } from './sandbox/record';
import { imageService, runtimeService } from './services';
import type { Paths, Shim } from './shim';
import { KeyedLock } from './store/keyed-lock';
import { RecordStore } from './store/records';
import { StreamSessions } from './streams/sessions';

export interface ShimServerOptions {
  /** `unix:///path` */
  readonly listen: string;
  readonly backend: Backend;
  readonly paths: Paths;
  readonly network: Omit<PodNetworkOptions, 'cacheDir'>;
  /** `host:port` of the streaming server. */
  readonly streamAddress: string;
  readonly log: Logger;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** CRI v1 on a Unix socket. */
export class ShimServer {
  private readonly grpc = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES, 'grpc.max_send_message_length': MAX_MESSAGE_BYTES });
  private readonly shim: Shim;

  constructor(private readonly options: ShimServerOptions) {
    this.shim = composeShim(options);
  }

  /** Takes up what earlier runs left, then serves. */
  async start(): Promise<void> {
    const { listen } = this.options;
    await this.shim.sessions.start();
    await recover(this.shim);
    const failed = (error: unknown, method: string): { code: number; details: string } => {
      const answer = toStatus(error);
      this.shim.log.v(2)?.info('A call failed', { method, ...answer });
      return answer;
    };
    const runtime = serviceDefinition(cri.RuntimeService, runtimeService(this.shim), failed);
    const images = serviceDefinition(cri.ImageService, imageService(this.shim), failed);
    this.grpc.addService(runtime.definition, runtime.implementation);
    this.grpc.addService(images.definition, images.implementation);
    const path = listen.replace(/^unix:\/\//, '');
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    await bind(this.grpc, `unix://${path}`);
    await chmod(path, 0o660);
  }

  /** Stops serving. Containers go on. */
  stop(): void {
    this.grpc.forceShutdown();
    this.shim.sessions.close();
    this.shim.supervisor.close();
    this.options.backend.close();
  }
}

function composeShim({ backend, paths, network, streamAddress, log }: ShimServerOptions): Shim {
  const sandboxes = new RecordStore<SandboxRecord>(join(paths.root, 'sandboxes'), sandboxCodec);
  const containers = new RecordStore<ContainerRecord>(join(paths.root, 'containers'), containerCodec);
  const shared = { backend, host: probeHost(), sandboxes, containers, events: new EventHub(), paths, log };
  const sessions = new StreamSessions(streamAddress, (error) => log.error('a streaming session failed', error));
  return { ...shared, sessions, network: new PodNetwork({ ...network, cacheDir: join(paths.root, 'cni') }), supervisor: new Supervisor(shared), locks: new KeyedLock() };
}

function bind(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
}
