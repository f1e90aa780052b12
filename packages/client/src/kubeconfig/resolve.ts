import type { AuthConfig, ClientConfig, FileOrData, Impersonation, TlsConfig } from './client-config';
import {
  type Kubeconfig,
  type KubeconfigCluster,
  type KubeconfigContext,
  KubeconfigError,
  type KubeconfigUser,
} from './kubeconfig';
import { clusterProblems, throwInvalid, userProblems } from './validate';

/** What flags such as `--context` and `--namespace` choose over the file. */
export interface KubeconfigOverrides {
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly server?: string;
  readonly token?: string;
}

const NO_USER: KubeconfigUser = {
  clientCertificate: '',
  clientCertificateData: '',
  clientKey: '',
  clientKeyData: '',
  token: '',
  tokenFile: '',
  username: '',
  password: '',
  impersonate: '',
  impersonateUid: '',
  impersonateGroups: [],
  impersonateUserExtra: {},
  authProvider: '',
};
const NO_CLUSTER: KubeconfigCluster = {
  server: '',
  tlsServerName: '',
  insecureSkipTlsVerify: false,
  certificateAuthority: '',
  certificateAuthorityData: '',
  proxyUrl: '',
};
const NO_CONTEXT: KubeconfigContext = { cluster: '', user: '', namespace: '' };

/**
 * Chooses context, cluster and user and checks them, as clientcmd's `ClientConfig()`.
 *
 * @throws KubeconfigError with clientcmd's texts.
 */
export async function resolveKubeconfig(config: Kubeconfig, overrides: KubeconfigOverrides = {}): Promise<ClientConfig> {
  const context = chooseContext(config, overrides.context);
  const userName = overrides.user || context.user;
  const clusterName = overrides.cluster || context.cluster;
  const user = withToken(choose(config.users, userName, 'auth info') ?? NO_USER, overrides.token);
  const cluster = withServer(choose(config.clusters, clusterName, 'cluster') ?? NO_CLUSTER, overrides.server);
  if (!cluster.server && !clusterName && !userName) {
    throwInvalid(['no configuration has been provided, try setting KUBERNETES_MASTER environment variable']);
  }
  throwInvalid([...(await userProblems(userName, user)), ...(await clusterProblems(clusterName, cluster))]);
  const tls = tlsOf(cluster, user);
  const impersonate = impersonationOf(user);
  return {
    server: serverUrl(cluster.server, tls),
    namespace: overrides.namespace || context.namespace || 'default',
    tls,
    auth: authOf(user),
    ...(impersonate && { impersonate }),
  };
}

function chooseContext(config: Kubeconfig, wanted: string | undefined): KubeconfigContext {
  const name = wanted || config.currentContext;
  const context = config.contexts.get(name);
  if (context || !name) return context ?? NO_CONTEXT;
  throw new KubeconfigError(
    wanted ? `context ${JSON.stringify(name)} does not exist` : `context was not found for specified context: ${name}`,
  );
}

function choose<T>(from: ReadonlyMap<string, T>, name: string, what: string): T | undefined {
  const found = from.get(name);
  if (!found && name) throw new KubeconfigError(`${what} ${JSON.stringify(name)} does not exist`);
  return found;
}

/** A token that is given replaces every other way to prove who one is. */
function withToken(user: KubeconfigUser, token: string | undefined): KubeconfigUser {
  if (!token) return user;
  const { exec: _, ...rest } = user;
  return { ...rest, token, tokenFile: '', username: '', password: '' };
}

function withServer(cluster: KubeconfigCluster, server: string | undefined): KubeconfigCluster {
  return server ? { ...cluster, server } : cluster;
}

function tlsOf(cluster: KubeconfigCluster, user: KubeconfigUser): TlsConfig {
  const ca = cluster.insecureSkipTlsVerify
    ? undefined
    : fileOrData(cluster.certificateAuthority, cluster.certificateAuthorityData);
  const certificate = fileOrData(user.clientCertificate, user.clientCertificateData);
  const key = fileOrData(user.clientKey, user.clientKeyData);
  return {
    insecure: cluster.insecureSkipTlsVerify,
    ...(ca && { ca }),
    ...(certificate && { certificate }),
    ...(key && { key }),
    ...(cluster.tlsServerName && { serverName: cluster.tlsServerName }),
  };
}

/** Data counts before a file. */
function fileOrData(file: string, data: string): FileOrData | undefined {
  if (data) return { data: Buffer.from(data, 'base64').toString('utf8') };
  return file ? { file } : undefined;
}

/** A token in a file counts before the token beside it, which is what the file held when it was written. */
function authOf(user: KubeconfigUser): AuthConfig {
  if (user.tokenFile) return { type: 'token-file', file: user.tokenFile };
  if (user.token) return { type: 'token', token: user.token };
  if (user.username || user.password) return { type: 'basic', username: user.username, password: user.password };
  return user.exec ? { type: 'exec', exec: user.exec } : { type: 'none' };
}

function impersonationOf(user: KubeconfigUser): Impersonation | undefined {
  if (!user.impersonate) return undefined;
  return {
    user: user.impersonate,
    uid: user.impersonateUid,
    groups: user.impersonateGroups,
    extra: user.impersonateUserExtra,
  };
}

/** A server without a scheme is https where anything about TLS is set (rest.DefaultServerURL). */
function serverUrl(server: string, tls: TlsConfig): string {
  const scheme = tls.ca || tls.certificate || tls.insecure ? 'https' : 'http';
  const text = server.includes('://') ? server : `${scheme}://${server}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new KubeconfigError(`host must be a URL or a host:port pair: ${JSON.stringify(server)}`);
  }
  return text.replace(/\/+$/, '');
}
