import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { builtInDefinitions, ResourceRegistry, type RuntimeConfig } from '@typekube/api';
import { systemClock } from '@typekube/component-base';
import type { Store } from '@typekube/storage';
import type { Router } from 'express';
import { Aggregator } from './aggregation/aggregator';
import type { Aggregation } from './aggregation/from-flags';
import { ConversionWebhooks } from './apiextensions/conversion/conversion-webhooks';
import { CustomResources } from './apiextensions/custom-resources';
import type { AdmissionPlugin } from './admission/admission';
import { AdmissionChain } from './admission/chain';
import { admissionDependencies, type AdmissionDependencies } from './admission/dependencies';
import type { AdmissionMetrics } from './admission/metrics';
import { WebhookClients } from './admission/webhooks/webhook-client';
import type { Auditor } from './audit/auditor';
import type { Authenticator } from './authn/authenticator';
import { failureLog } from './authn/failure-log';
import type { OnAuthentication } from './authn/metrics';
import type { TokenIssuer } from './authn/service-account/issuer';
import type { Authorizer } from './authz/authorizer';
import type { OnAuthorization } from './authz/metrics';
import { SystemClient } from './bootstrap/system-client';
import { Feed } from './cache/feed';
import { buildHandlerChain } from './chain/build-chain';
import type { Filter, Handler } from './chain/filter';
import { FlowControl, type FlowControlOptions } from './flow-control/flow-control';
import { flowControlServices } from './flow-control/services';
import type { InFlightLimits } from './chain/max-in-flight';
import { Discovery } from './discovery/routes';
import type { ServerCore } from './handlers/core';
import { nonResourceHandler } from './handlers/non-resource-handler';
import { resourceHandler } from './handlers/resource-handler';
import { definitionHooks } from './hooks/custom-resource-definitions';
import { SecureServer, type ServingOptions } from './http/listen';
import type { ApiRequest } from './http/messages';
import { Endpoints } from './registry/endpoints';
import type { ResourceHooks } from './registry/resource-hooks';
import { ReadBarrier } from './registry/read-barrier';
import { ServiceResolver } from './service-routing/service-resolver';
import type { WatchEvents, WatchLists } from './serving/watch-metrics';
import { actionHandlers } from './subresources/actions';
import { KubeletConnection, type KubeletOptions } from './subresources/kubelet/connection';

export interface ApiServerOptions {
  readonly store: Store;
  /** Whether a stored value is to be written anew although it has not changed (encryption with another key). */
  readonly isStale?: ((key: string) => Promise<boolean>) | undefined;
  readonly runtimeConfig?: RuntimeConfig;
  readonly authenticators: readonly Authenticator[];
  readonly allowAnonymous: boolean;
  /** The only paths where clients may be anonymous. Default: everywhere. */
  readonly anonymousPaths?: ReadonlySet<string>;
  /** Takes away headers by which proxies name clients. */
  readonly stripHeaders?: (headers: ApiRequest['headers']) => void;
  /** Makes service account tokens. Default: none are made. */
  readonly tokenIssuer?: TokenIssuer;
  /** One that decides by the server's own objects is made with its caches. */
  readonly authorizer: Authorizer | ((endpoints: Endpoints) => Authorizer);
  /** The plugins of the admission chain, in their order. */
  readonly admission: (dependencies: AdmissionDependencies) => readonly AdmissionPlugin[];
  readonly observed?: Observers;
  /** Used where there is no `flowControl`. */
  readonly inFlight: InFlightLimits;
  /** Records requests; undefined to do without. Stopped with the server. */
  readonly auditor?: Auditor | undefined;
  /** API priority and fairness; undefined to do without. */
  readonly flowControl?: Omit<FlowControlOptions, 'log'> | undefined;
  readonly requestTimeoutSeconds: number;
  readonly minRequestTimeoutSeconds: number;
  readonly kubelet: KubeletOptions;
  readonly serving: ServingOptions;
  /** Counts requests; stands near the outside of the chain. */
  readonly metrics: Filter;
  /** Side effects of writing, by `RESOURCE.GROUP` or `RESOURCE`. */
  readonly hooks: (core: Pick<ServerCore, 'store' | 'endpoints'>) => ReadonlyMap<string, ResourceHooks>;
  /** Adds the endpoints that serve no resources: health, metrics, OpenAPI, version. */
  readonly addRoutes: (router: Router, core: ServerCore) => void;
  /** How extension API servers are reached. */
  readonly aggregation?: Aggregation['options'];
  /** Time between not being ready any more and taking no more connections. */
  readonly shutdownDelaySeconds: number;
  readonly log: { info(message: string): void; error(message: string, error?: unknown): void };
}

/** Told how the single stages of requests went. */
export interface Observers {
  readonly onAuthentication: OnAuthentication;
  readonly onAuthorization: OnAuthorization;
  readonly admission: AdmissionMetrics;
  readonly watchEvents?: WatchEvents;
  readonly watchLists?: WatchLists;
}

/** Time that running requests have to end when the server stops. */
const DRAIN_MS = 10_000;

/** The API server: all of it but the process. */
export class ApiServer {
  private readonly feed: Feed;
  private readonly stopping = new AbortController();
  private readonly handler: Handler;
  private server: SecureServer | undefined;
  private state: 'starting' | 'ready' | 'stopping' = 'starting';
  readonly core: ServerCore;
  readonly flowControl: FlowControl | undefined;
  private readonly customResources: CustomResources;
  readonly aggregator: Aggregator;

  constructor(private readonly options: ApiServerOptions) {
    const { store, log } = options;
    // Every watch listens for the end of the server.
    setMaxListeners(0, this.stopping.signal);
    const registry = new ResourceRegistry(builtInDefinitions, options.runtimeConfig);
    this.feed = new Feed({
      store,
      onError: (error) => log.error('the watch of the store broke off', error),
      onUnreadable: (key, error) => log.error(`the stored object at ${key} cannot be read: lists and watches that it belongs to fail`, error),
    });
    const endpoints = new Endpoints(registry, this.feed, builtInDefinitions, new ConversionWebhooks(() => webhooks));
    const authorizer = typeof options.authorizer === 'function' ? options.authorizer(endpoints) : options.authorizer;
    const client = new SystemClient(() => this.core);
    const dependencies = admissionDependencies({ endpoints, store, authorizer, client, stopping: this.stopping.signal, metrics: options.observed?.admission, log });
    const webhooks = new WebhookClients(new ServiceResolver(dependencies), this.stopping.signal);
    const hooks = new Map([['customresourcedefinitions.apiextensions.k8s.io', definitionHooks], ...options.hooks({ store, endpoints })]);
    this.customResources = new CustomResources({ registry, endpoints, feed: this.feed, client, log });
    this.aggregator = new Aggregator({ endpoints, client, objects: dependencies.objects, stopping: this.stopping.signal, log, ...options.aggregation });
    const admission = new AdmissionChain(options.admission(dependencies), options.observed?.admission);
    this.core = {
      store,
      registry,
      endpoints,
      feed: this.feed,
      barrier: new ReadBarrier(store, this.feed),
      writes: { store, isStale: options.isStale, admission, hooks },
      customResources: this.customResources,
      remoteOpenAPI: this.aggregator.openAPI,
      watchEvents: options.observed?.watchEvents,
      watchLists: options.observed?.watchLists,
      authenticators: options.authenticators,
      tokenIssuer: options.tokenIssuer,
      authorizer,
      kubelet: new KubeletConnection(options.kubelet),
      minRequestTimeoutSeconds: options.minRequestTimeoutSeconds,
      stopping: this.stopping.signal,
    };
    this.flowControl = options.flowControl && new FlowControl({ ...options.flowControl, log }, flowControlServices(this.core, options.flowControl.clock));
    this.handler = this.buildHandler();
  }

  /** The port it listens on. */
  get port(): number {
    if (!this.server) throw new Error('the server does not listen yet');
    return this.server.port;
  }

  /** Whether it takes requests: the caches are loaded, and it is not about to stop. */
  get isReady(): boolean {
    return this.state === 'ready';
  }

  get isStopping(): boolean {
    return this.state === 'stopping';
  }

  /** Serves new connections with another certificate from now on. */
  useCertificate(certificate: string, key: string): void {
    this.server?.useCertificate(certificate, key);
  }

  /** Asks the clients of new connections for certificates of these authorities from now on. */
  useClientCA(clientCA: string): void {
    this.server?.useClientCA(clientCA);
  }

  /** Loads the caches and opens the port; is ready when `beforeReady` has done its work. */
  async start(beforeReady: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.feed.start();
    await this.customResources.start();
    this.aggregator.start();
    this.flowControl?.start();
    this.server = await SecureServer.listen(this.handler, this.options.serving);
    try {
      await beforeReady();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.state = 'ready';
  }

  /** Is not ready any more, ends watches, lets running requests end, closes. The store stays open: it is its opener's. */
  async stop(): Promise<void> {
    this.state = 'stopping';
    await delay(this.options.shutdownDelaySeconds * 1000);
    this.stopping.abort();
    await this.server?.close(DRAIN_MS);
    await this.flowControl?.stop();
    await this.options.auditor?.stop();
    await this.aggregator.stop();
    await this.customResources.stop();
    await this.feed.stop();
  }

  private buildHandler(): Handler {
    const { options, core } = this;
    const { log } = options;
    const discovery = new Discovery(core.registry, () => `${options.serving.address}:${this.port}`, this.aggregator);
    const resources = resourceHandler(core, actionHandlers);
    const others = nonResourceHandler(core, discovery, options.addRoutes);
    const local: Handler = (request, response) => (request.context.info.isResourceRequest ? resources : others)(request, response);
    return buildHandlerChain(this.aggregator.around(local), {
      authentication: {
        authenticators: options.authenticators,
        allowAnonymous: options.allowAnonymous,
        ...(options.anonymousPaths && { anonymousPaths: options.anonymousPaths }),
        ...(options.stripHeaders && { stripHeaders: options.stripHeaders }),
        onFailure: failureLog({ log: (message, error) => log.error(message, error), clock: systemClock }),
        onAttempt: options.observed?.onAuthentication,
      },
      authorizer: core.authorizer,
      inFlight: options.inFlight,
      auditor: options.auditor,
      flowControl: this.flowControl,
      requestTimeoutSeconds: options.requestTimeoutSeconds,
      metrics: options.metrics,
      onDecision: options.observed?.onAuthorization,
      logError: (message, error) => log.error(message, error),
    });
  }
}
