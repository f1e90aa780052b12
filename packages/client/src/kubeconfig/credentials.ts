import { type Clock, systemClock } from '@typekube/component-base';
import type { AuthConfig } from './client-config';
import { ExecPlugin, type ExecPluginOptions } from './exec-plugin';
import { TokenFile } from './token-file';

/** Proves who one is, request by request. */
export interface Credentials {
  /** The value of the `Authorization` header; undefined for none. */
  authorization(): Promise<string | undefined>;
  /** A client certificate that goes before the configured one, as PEM. */
  keyPair(): Promise<{ readonly certificate: string; readonly key: string } | undefined>;
  /** The server answered 401: what is cached is worth nothing. */
  reject(): void;
}

/** The credentials of a configuration. */
export function createCredentials(
  auth: AuthConfig,
  options: Omit<ExecPluginOptions, 'exec'>,
  clock: Clock = systemClock,
): Credentials {
  switch (auth.type) {
    case 'none':
      return fixed(undefined);
    case 'token':
      return fixed(`Bearer ${auth.token}`);
    case 'basic':
      return fixed(`Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`);
    case 'token-file': {
      const file = new TokenFile(auth.file, clock);
      return { ...fixed(undefined), authorization: async () => `Bearer ${await file.read()}`, reject: () => file.forget() };
    }
    case 'token-source': {
      const { source } = auth;
      return { ...fixed(undefined), authorization: async () => `Bearer ${await source.token()}`, reject: () => source.reject() };
    }
    case 'exec':
      return new ExecPlugin({ ...options, exec: auth.exec }, clock);
  }
}

function fixed(authorization: string | undefined): Credentials {
  return { authorization: async () => authorization, keyPair: async () => undefined, reject: () => undefined };
}
