/** A cluster entry of a kubeconfig: where a server is and how to trust it. Paths are absolute after loading. */
export interface KubeconfigCluster {
  readonly server: string;
  readonly tlsServerName: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly certificateAuthority: string;
  /** Base64, as in the file. */
  readonly certificateAuthorityData: string;
  readonly proxyUrl: string;
}

/** A user entry: how to prove who one is. */
export interface KubeconfigUser {
  readonly clientCertificate: string;
  readonly clientCertificateData: string;
  readonly clientKey: string;
  readonly clientKeyData: string;
  readonly token: string;
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly impersonate: string;
  readonly impersonateUid: string;
  readonly impersonateGroups: readonly string[];
  readonly impersonateUserExtra: Readonly<Record<string, readonly string[]>>;
  /** The name of a provider of the in-tree kind, which no client supports any more. */
  readonly authProvider: string;
  readonly exec?: ExecConfig;
}

/** A program that hands out credentials. */
export interface ExecConfig {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  /** `Never`, `IfAvailable` or `Always`; empty where the file does not say. */
  readonly interactiveMode: string;
}

export interface KubeconfigContext {
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
}

/** What one file, or several merged, say. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
  readonly currentContext: string;
}

export const EMPTY_KUBECONFIG: Kubeconfig = { clusters: new Map(), users: new Map(), contexts: new Map(), currentContext: '' };

/** A kubeconfig that cannot be read, or says nothing usable. Its message is what kubectl prints behind `error: `. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}
