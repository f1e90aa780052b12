import type { corev1 } from '@typekube/api';
import { type Client, configMaps, type DeepReadonly, Informer } from '@typekube/client';
import { CertificatePool, type Logger, type ProxiedUser, proxiedUserReader } from '@typekube/component-base';

/** Whose front proxies are believed, and what they say. */
export interface FrontProxyTrust {
  readonly pool: CertificatePool;
  /** Common names; empty for whatever the authority has signed. */
  readonly allowedNames: readonly string[];
  readonly userOf: (rawHeaders: readonly string[]) => ProxiedUser | undefined;
}

/** Who may tell who a client is. */
export interface Trust {
  /** All authorities, PEM, for TLS. */
  readonly pem: string;
  readonly clients: CertificatePool | undefined;
  readonly proxies: FrontProxyTrust | undefined;
}

export const NO_TRUST: Trust = { pem: '', clients: undefined, proxies: undefined };

const NAMESPACE = 'kube-system';
const NAME = 'extension-apiserver-authentication';

export interface TrustOptions {
  readonly client: Client;
  /** Authorities of clients, PEM, instead of those in the config map. */
  readonly clientCa: string | undefined;
  readonly onChange: (trust: Trust) => void;
  readonly log: Logger;
}

/** Follows what the API server publishes of its own authentication, which whoever serves a part of its API believes too. */
export function followTrust({ client, clientCa, onChange, log }: TrustOptions): Informer<corev1.ConfigMap> {
  const informer = new Informer(configMaps, client.for(configMaps, NAMESPACE), { selection: { fieldSelector: `metadata.name=${NAME}` }, logger: log });
  const use = (data: DeepReadonly<Record<string, string>>): void => {
    try {
      onChange(trustOf(data, clientCa));
    } catch (error) {
      log.error(`The config map ${NAMESPACE}/${NAME} cannot be used`, error);
    }
  };
  informer.addHandler({ onAdd: ({ data = {} }) => use(data), onUpdate: ({ data = {} }) => use(data), onDelete: () => use({}) });
  return informer;
}

/** Reads the config map's data, in upstream's keys. Throws where it is not what it should be. */
export function trustOf(data: DeepReadonly<Record<string, string>>, ownClientCa: string | undefined): Trust {
  const clientCa = ownClientCa ?? data['client-ca-file'];
  const proxyCa = data['requestheader-client-ca-file'];
  return {
    pem: [clientCa, proxyCa].filter(Boolean).join('\n'),
    clients: clientCa ? new CertificatePool(clientCa, 'client-ca-file') : undefined,
    proxies: proxyCa ? proxyTrust(proxyCa, data) : undefined,
  };
}

function proxyTrust(ca: string, data: DeepReadonly<Record<string, string>>): FrontProxyTrust {
  return {
    pool: new CertificatePool(ca, 'requestheader-client-ca-file'),
    allowedNames: texts(data, 'requestheader-allowed-names'),
    userOf: proxiedUserReader({
      usernameHeaders: texts(data, 'requestheader-username-headers'),
      uidHeaders: texts(data, 'requestheader-uid-headers'),
      groupHeaders: texts(data, 'requestheader-group-headers'),
      extraHeadersPrefix: texts(data, 'requestheader-extra-headers-prefix'),
    }),
  };
}

function texts(data: DeepReadonly<Record<string, string>>, key: string): readonly string[] {
  const text = data[key];
  if (!text) return [];
  const value: unknown = JSON.parse(text);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new Error(`${key} is no list of texts`);
}
