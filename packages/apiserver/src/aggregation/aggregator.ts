import type { corev1, discoveryv1 } from '@typekube/api';
import type { AdmissionDependencies } from '../admission/dependencies';
import type { SystemClient } from '../bootstrap/system-client';
import { followCache } from '../cache/follow-cache';
import type { Handler } from '../chain/filter';
import type { RemoteVersion, RemoteVersions } from '../discovery/discovered-groups';
import type { RemoteDocuments } from '../openapi/routes';
import type { Endpoints } from '../registry/endpoints';
import { SERVICE_LABEL, ServiceResolver, type ServiceRouting } from '../service-routing/service-resolver';
import { ApiConnections, type ProxyIdentity } from './api-connections';
import { AGGREGATOR, askApi, checkApi } from './ask-api';
import { updateAvailability } from './availability';
import { KeyedWork } from './keyed-work';
import type { AggregationMetrics } from './metrics';
import { proxyApi, type ProxyApiOptions } from './proxy-api';
import { API_SERVICES, type RemoteApi } from './remote-api';
import { RemoteApis } from './remote-apis';
import { RemoteDiscovery } from './remote-discovery';
import { RemoteOpenAPI } from './remote-openapi';

export interface AggregatorOptions extends Pick<AdmissionDependencies, 'objects' | 'log'> {
  readonly endpoints: Endpoints;
  readonly client: SystemClient;
  readonly stopping: AbortSignal;
  /** Default: straight to the pods. */
  readonly routing?: ServiceRouting;
  /** What this server shows others to be believed. */
  readonly identity?: ProxyIdentity;
  /** Whether a client is kept from where another server sends it. Default: it is. */
  readonly rejectsRedirects?: boolean;
  readonly metrics?: AggregationMetrics;
}

/** Upstream's intervals: availability, then discovery, is looked at again although nothing is known to have changed. */
const CHECK_MS = 30_000;
const DISCOVERY_MS = 60_000;

/**
 * Makes API services with a service effective: finds out whether the servers behind them answer, tells of what they serve, and passes requests on to them.
 * Costs nothing where there are none.
 */
export class Aggregator implements RemoteVersions {
  private readonly apis = new RemoteApis();
  /** What extension API servers say of what they serve. */
  readonly openAPI: RemoteDocuments;
  private readonly connections: ApiConnections;
  private readonly proxying: ProxyApiOptions;
  private readonly discovery: RemoteDiscovery;
  private readonly checks: KeyedWork;
  private readonly refreshes: KeyedWork;
  private readonly listeners: (() => void)[] = [];
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: AggregatorOptions) {
    const { routing, identity, log, stopping, objects, client, metrics, rejectsRedirects = true } = options;
    this.connections = new ApiConnections(new ServiceResolver({ objects }, routing), identity);
    const { connections } = this;
    this.discovery = new RemoteDiscovery(
      (api) => (path, accept) => askApi(connections, api, { path, accept, signal: stopping }),
      () => this.notify(),
    );
    const openAPI = new RemoteOpenAPI(this.apis, (api, question) => askApi(connections, api, { ...question, signal: stopping }));
    this.proxying = { connections, stopping, rejectsRedirects, log };
    this.openAPI = openAPIOf(openAPI, this.proxying);
    const onError = (what: string) => (name: string, error: unknown): void => log.error(`${name}: ${what}`, error);
    const pauses = { firstPauseMs: 100, maxPauseMs: CHECK_MS };
    const checking = {
      client,
      services: objects<corev1.Service>('', 'services'),
      slices: objects<discoveryv1.EndpointSlice>('discovery.k8s.io', 'endpointslices'),
      check: (api: RemoteApi) => this.check(api),
      onStatus: (...found: Parameters<AggregationMetrics['onStatus']>) => metrics?.onStatus(...found),
    };
    this.checks = new KeyedWork(
      async (name) => {
        const api = this.apis.get(name);
        if (api) await updateAvailability(api, checking);
      },
      { ...pauses, onError: onError('the API service is not available') },
    );
    this.refreshes = new KeyedWork(
      async (name) => {
        const api = this.apis.get(name);
        if (api?.isAvailable) await this.discovery.refresh(api);
        else if (api) this.discovery.markStale(name);
      },
      { ...pauses, onError: onError('what the API service serves is not known') },
    );
  }

  /** Follows the API services until `stop`. The caches must be loaded. */
  start(): void {
    const { endpoints } = this.options;
    this.apis.onChange((name) => this.changed(name));
    this.apis.follow(endpoints.resource(API_SERVICES.group, API_SERVICES.plural).cache);
    this.followServices('', 'services', ({ name }) => name);
    this.followServices('discovery.k8s.io', 'endpointslices', ({ labels }) => labels?.[SERVICE_LABEL]);
    this.every(CHECK_MS, this.checks);
    this.every(DISCOVERY_MS, this.refreshes);
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([this.checks.stop(), this.refreshes.stop()]);
    this.connections.close();
  }

  /** Shows extension API servers that certificate from now on. */
  useIdentity(identity: ProxyIdentity): void {
    this.connections.useIdentity(identity);
  }

  get versions(): readonly RemoteVersion[] {
    return [...this.apis.all].map((api) => this.discovery.of(api));
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Handles what belongs to API services of other servers, and leaves the rest to the handler. */
  around(local: Handler): Handler {
    const { apis, proxying } = this;
    return (request, response) => {
      const api = apis.size === 0 ? undefined : apis.find(request.context.info);
      return api ? proxyApi(api, request, response, proxying) : local(request, response);
    };
  }

  /** Who sees that an API service has become available finds its resources. */
  private async check(api: RemoteApi): Promise<void> {
    await checkApi(this.connections, api, this.options.stopping);
    if (!api.isAvailable) await this.discovery.refresh(api).catch(() => this.refreshes.enqueue(api.name));
  }

  private changed(name: string): void {
    if (this.apis.get(name)) {
      this.checks.enqueue(name);
      this.refreshes.enqueue(name);
    } else {
      this.checks.forget(name);
      this.refreshes.forget(name);
      this.discovery.forget(name);
      this.connections.forget(name);
      this.options.metrics?.forget(name);
    }
    this.notify();
  }

  /** What happens to a service may concern the API services behind it. */
  private followServices(group: string, plural: string, serviceOf: (entry: { name: string; labels: Readonly<Record<string, string>> | undefined }) => string | undefined): void {
    followCache(this.options.endpoints.resource(group, plural).cache, {
      reset: () => this.enqueueAll(this.checks),
      changed: ({ entry }) => {
        if (this.apis.size === 0) return;
        const name = serviceOf(entry);
        for (const api of this.apis.all) if (api.service.name === name && api.service.namespace === entry.namespace) this.checks.enqueue(api.name);
      },
    });
  }

  private enqueueAll(work: KeyedWork): void {
    for (const { name } of this.apis.all) work.enqueue(name);
  }

  private every(intervalMs: number, work: KeyedWork): void {
    const timer = setInterval(() => this.enqueueAll(work), intervalMs);
    timer.unref();
    this.timers.push(timer);
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}

function openAPIOf(documents: RemoteOpenAPI, proxying: ProxyApiOptions): RemoteDocuments {
  return {
    get isEmpty() {
      return documents.isEmpty;
    },
    v2: () => documents.v2(),
    v3: () => documents.v3(),
    passOn(path, request, response) {
      const api = documents.ownerOf(path);
      return api && proxyApi(api, request, response, { ...proxying, user: AGGREGATOR });
    },
  };
}
