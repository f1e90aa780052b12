import type { ExecConfig } from './kubeconfig';

/** Bytes given in place, or a file that is read anew where it may change. */
export type FileOrData = { readonly file: string } | { readonly data: string };

/** How to trust a server, and the client certificate to show it. Everything is PEM. */
export interface TlsConfig {
  /** Absent: the system's authorities. */
  readonly ca?: FileOrData;
  readonly certificate?: FileOrData;
  readonly key?: FileOrData;
  /** The name expected in the server's certificate, where it is not the host's. */
  readonly serverName?: string;
  /** The server's certificate is not checked. */
  readonly insecure: boolean;
}

/** On whose behalf requests are made. */
export interface Impersonation {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Gives a bearer token that is good now. */
export interface TokenSource {
  token(): Promise<string>;
  /** The server answered 401: the token is worth nothing. */
  reject(): void;
}

/** How to prove who one is, beside a client certificate. */
export type AuthConfig =
  | { readonly type: 'none' }
  | { readonly type: 'token'; readonly token: string }
  /** The file is read again every minute, as a service account's token changes. */
  | { readonly type: 'token-file'; readonly file: string }
  /** A token that the process itself gets and renews. */
  | { readonly type: 'token-source'; readonly source: TokenSource }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'exec'; readonly exec: ExecConfig };

/** All that is needed to talk to one server as one user, as client-go's `rest.Config`. */
export interface ClientConfig {
  /** With scheme, without a slash at the end: `https://10.0.0.1:6443`. */
  readonly server: string;
  /** The namespace of commands that name none. */
  readonly namespace: string;
  readonly tls: TlsConfig;
  readonly auth: AuthConfig;
  readonly impersonate?: Impersonation;
}
