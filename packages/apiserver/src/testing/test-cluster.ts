import { systemClock } from '@typekube/component-base';
import type { Store } from '@typekube/storage';
import { ClusterObjects } from '../bootstrap/cluster-objects';
import { eventHooks } from '../hooks/events';
import { namespaceHooks } from '../hooks/namespaces';
import { type Answer, type AnswerBody } from './https-client';
import { TestServer } from './test-server';

export interface TestClusterOptions {
  readonly store?: Store;
  readonly serviceClusterIpRange?: string;
  readonly serviceNodePortRange?: string;
  /** Default: none, so that there are no endpoints. */
  readonly advertiseAddress?: string;
}

/** A test server with what allocates for services and the cluster's own objects, as `run` composes them. */
export class TestCluster implements AsyncDisposable {
  private constructor(
    readonly server: TestServer,
    readonly objects: ClusterObjects,
    /** What it has logged. */
    readonly lines: readonly string[],
  ) {}

  static async start(options: TestClusterOptions = {}): Promise<TestCluster> {
    const lines: string[] = [];
    const line = (message: string): void => void lines.push(message);
    const started: { server?: TestServer } = {};
    const coreOf = (): TestServer['server']['core'] => {
      if (!started.server) throw new Error('the server has not started');
      return started.server.server.core;
    };
    const compose = (store: Store): ClusterObjects =>
      new ClusterObjects({
        core: coreOf,
        store,
        serviceClusterIpRange: options.serviceClusterIpRange ?? '10.0.0.0/24',
        serviceNodePortRange: options.serviceNodePortRange ?? '30000-32767',
        serving: { bindAddress: '127.0.0.1', advertiseAddress: options.advertiseAddress },
        clock: systemClock,
        log: { info: line, warn: line, error: line },
      });
    let objects: ClusterObjects | undefined;
    const server = await TestServer.start({
      ...(options.store && { store: options.store }),
      namespaces: [],
      hooks: ({ store }) => {
        objects = compose(store);
        return new Map([
          ['namespaces', namespaceHooks],
          ['events', eventHooks(store, 3600)],
          ['services', objects.serviceHooks],
        ]);
      },
    });
    started.server = server;
    if (!objects) throw new Error('the server has made no hooks');
    await objects.start({ securePort: server.port, authenticationData: () => ({ 'client-ca-file': 'a certificate' }) });
    return new TestCluster(server, objects, lines);
  }

  /** Creates a service in `default`. */
  createService(name: string, spec: Readonly<Record<string, unknown>> = {}, query = ''): Promise<Answer> {
    const ports = spec['type'] === 'ExternalName' ? {} : { ports: [{ port: 80 }] };
    return this.server.request('POST', `${SERVICES}${query}`, { metadata: { name }, spec: { ...ports, ...spec } });
  }

  patchService(name: string, spec: Readonly<Record<string, unknown>>, query = ''): Promise<Answer> {
    return this.server.patch(`${SERVICES}/${name}${query}`, 'merge', { spec });
  }

  deleteService(name: string): Promise<Answer> {
    return this.server.request('DELETE', `${SERVICES}/${name}`);
  }

  async service(name: string): Promise<AnswerBody> {
    return (await this.server.request('GET', `${SERVICES}/${name}`)).body;
  }

  /** The names of all IPAddress objects but that of the service `kubernetes`. */
  async addresses(): Promise<string[]> {
    const { body } = await this.server.request('GET', '/apis/networking.k8s.io/v1/ipaddresses');
    const others = body.items.filter(({ spec }) => (spec['parentRef'] as { name: string }).name !== 'kubernetes');
    return others.map(({ metadata }) => metadata.name ?? '');
  }

  async stop(): Promise<void> {
    await this.objects.stop();
    await this.server.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

const SERVICES = '/api/v1/namespaces/default/services';
