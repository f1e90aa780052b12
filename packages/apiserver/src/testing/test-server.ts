import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CertificatePool, createCertificateAuthority, createClientCertificate, createServingCertificate, type KeyPair, type Subject } from '@typekube/component-base';
import { openEmbeddedStore, type Store } from '@typekube/storage';
import { namespaceLifecycle } from '../admission/plugins/namespace-lifecycle';
import type { Authenticator } from '../authn/authenticator';
import { bearerTokens, forApiAudiences } from '../authn/bearer-tokens';
import { clientCertificate } from '../authn/client-certificate';
import { alwaysAllow } from '../authz/authorizer';
import type { UserInfo } from '../chain/request-context';
import { eventHooks } from '../hooks/events';
import { namespaceHooks } from '../hooks/namespaces';
import { OpenAPIRoutes } from '../openapi/routes';
import { ApiServer, type ApiServerOptions } from '../server';
import { addHealthRoutes } from '../serving/health-routes';
import { type Answer, HttpsClient, type TlsOptions } from './https-client';
import { TestWatch } from './test-watch';

export interface TestServerOptions extends Partial<ApiServerOptions> {
  /** Not closed with the server. Default: an embedded store in a temporary folder, which goes with the server. */
  readonly store?: Store;
  /** Known bearer tokens, besides that of the admin. */
  readonly tokens?: Readonly<Record<string, UserInfo>>;
  /** PEM of what TLS verifies client certificates by. Default: the test authority. */
  readonly clientCA?: string;
  /** Asked before those for `tokens`. Default: client certificates. */
  readonly moreAuthenticators?: readonly Authenticator[];
  /** Namespaces that exist from the start. Default: `default`. */
  readonly namespaces?: readonly string[];
}

export interface LogEntry {
  readonly message: string;
  readonly error: unknown;
}

/** The token of a user in `system:masters`, which all requests are sent with that name no other. */
export const ADMIN_TOKEN = 'admin-token';

const ADMIN: UserInfo = { name: 'admin', uid: '1', groups: ['system:masters'] };

/** What signs the servers' certificates, and those of clients where a test does not say otherwise. */
export const testCA = createCertificateAuthority({ commonName: 'test' });
const clientPool = new CertificatePool(testCA.certificate, 'test');
const serving = createServingCertificate(testCA, { commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost'] });

/** A certificate that the test servers take for that user. */
export function clientIdentity(subject: Subject): KeyPair {
  return createClientCertificate(testCA, { subject });
}

/** An API server in this process, listening on the loopback interface, with a client for it. */
export class TestServer implements AsyncDisposable {
  private readonly clients: HttpsClient[] = [];
  private readonly admin: HttpsClient;
  private readonly waits: (() => Promise<void>)[] = [];

  private constructor(
    readonly server: ApiServer,
    readonly store: Store,
    /** What the server has logged as errors; a test may clear it. */
    readonly errors: LogEntry[],
    private readonly cleanUp: () => Promise<void>,
  ) {
    this.admin = this.client({ token: ADMIN_TOKEN });
  }

  /** Starts a server; `options` replace single parts of the composition. */
  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const { store, cleanUp } = options.store ? { store: options.store, cleanUp: () => Promise.resolve() } : await temporaryStore();
    const errors: LogEntry[] = [];
    const server: ApiServer = new ApiServer({ ...composition(store, errors, () => server, options), ...options, store });
    await server.start();
    const test = new TestServer(server, store, errors, cleanUp);
    for (const name of options.namespaces ?? ['default']) {
      await test.request('POST', '/api/v1/namespaces', { metadata: { name } });
    }
    return test;
  }

  /** Waits for something more that goes with the server. */
  onStop(wait: () => Promise<void>): void {
    this.waits.push(wait);
  }

  get port(): number {
    return this.server.port;
  }

  /** A client of another identity: of a token, a certificate, or none. Closed with the server. */
  client({ token, identity }: { token?: string; identity?: KeyPair } = {}): HttpsClient {
    const tls: TlsOptions = { ca: testCA.certificate, ...(identity && { cert: identity.certificate, key: identity.key }) };
    const client = new HttpsClient(this.port, tls, token ? { authorization: `Bearer ${token}` } : {});
    this.clients.push(client);
    return client;
  }

  /** A request of the admin over HTTP/1.1. A body that is neither text nor bytes is sent as JSON. */
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.admin.http1({ method, path, body, ...(headers && { headers }) });
  }

  /** The same over HTTP/2. */
  request2(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.admin.http2({ method, path, body, ...(headers && { headers }) });
  }

  /** A PATCH; `type` is `merge`, `json` or `strategic-merge`. */
  patch(path: string, type: 'merge' | 'json' | 'strategic-merge', patch: unknown): Promise<Answer> {
    return this.request('PATCH', path, patch, { 'content-type': `application/${type}-patch+json` });
  }

  /** A watch of the admin, once its head is there. `path` has the query but for `watch=true`. Fails with what a refused watch is answered. */
  async watch(path: string, headers?: Readonly<Record<string, string>>): Promise<TestWatch> {
    const abort = new AbortController();
    const url = `${path}${path.includes('?') ? '&' : '?'}watch=true`;
    const message = await this.admin.open({ method: 'GET', path: url, ...(headers && { headers }) }, abort.signal);
    const watch = new TestWatch(message, () => abort.abort());
    if (message.statusCode === 200) return watch;
    throw new Error(`${message.statusCode}: ${(await message.toArray()).join('')}`);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    for (const client of this.clients) client.close();
    await Promise.all(this.waits.map((wait) => wait()));
    await this.cleanUp();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

async function temporaryStore(): Promise<{ store: Store; cleanUp: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'typekube-apiserver-'));
  const store = await openEmbeddedStore({ dataDir, compactionIntervalMs: 0 });
  return {
    store,
    cleanUp: async () => {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function composition(store: Store, errors: LogEntry[], server: () => ApiServer, { tokens, moreAuthenticators = [clientCertificate(() => clientPool)], clientCA = testCA.certificate }: TestServerOptions): ApiServerOptions {
  return {
    store,
    authenticators: [...moreAuthenticators, tokensOf({ [ADMIN_TOKEN]: ADMIN, ...tokens })],
    allowAnonymous: true,
    authorizer: alwaysAllow,
    admission: (dependencies) => [namespaceLifecycle(dependencies)],
    inFlight: { maxMutating: 0, maxReadOnly: 0 },
    requestTimeoutSeconds: 60,
    minRequestTimeoutSeconds: 1800,
    kubelet: { clientCertificate: undefined, clientKey: undefined, certificateAuthority: undefined, preferredAddressTypes: ['InternalIP'] },
    serving: { address: '127.0.0.1', port: 0, cert: serving.certificate, key: serving.key, clientCA },
    metrics: (next) => next,
    hooks: () => new Map([['namespaces', namespaceHooks], ['events', eventHooks(store, 3600)]]),
    addRoutes: (router, { registry, remoteOpenAPI }) => {
      new OpenAPIRoutes(registry, remoteOpenAPI).addTo(router);
      addHealthRoutes(router, {
        checkStore: () => store.currentRevision(),
        isReady: () => server().isReady,
        isStopping: () => server().isStopping,
        onFailure: (check, error) => void errors.push({ message: `health check ${check}`, error }),
      });
    },
    shutdownDelaySeconds: 0,
    log: { info: () => undefined, error: (message, error) => void errors.push({ message, error }) },
  };
}

function tokensOf(users: Readonly<Record<string, UserInfo>>): Authenticator {
  const all = [forApiAudiences([], (token) => (Object.hasOwn(users, token) ? users[token] : undefined))];
  return bearerTokens(() => all, []);
}
