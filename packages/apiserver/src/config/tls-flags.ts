import type { SecureContextOptions } from 'node:tls';
import { listFlag, optionalStringFlag, type Flag } from '@typekube/component-base';

const VERSIONS: Readonly<Record<string, NonNullable<SecureContextOptions['minVersion']>>> = {
  VersionTLS10: 'TLSv1',
  VersionTLS11: 'TLSv1.1',
  VersionTLS12: 'TLSv1.2',
  VersionTLS13: 'TLSv1.3',
};

/** OpenSSL's names by Go's. */
const SUITES: Readonly<Record<string, string>> = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256: 'ECDHE-ECDSA-AES128-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256: 'ECDHE-RSA-AES128-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_128_CBC_SHA256: 'AES128-SHA256',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
};
/** Go cannot turn these off, and neither does a list here. */
const ALWAYS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** Flags of how clients may speak TLS. */
export const tlsFlags = {
  tlsMinVersion: {
    ...optionalStringFlag({ help: `Minimum TLS version supported. Possible values: ${Object.keys(VERSIONS).join(', ')}. Default: VersionTLS12.` }),
    parse(text) {
      if (text !== '' && !Object.hasOwn(VERSIONS, text)) throw new Error(`unknown tls version ${JSON.stringify(text)}`);
      return text;
    },
  } satisfies Flag<string | undefined>,
  tlsCipherSuites: {
    ...listFlag({
      default: [],
      help: `Comma-separated list of cipher suites for the server. If omitted, the defaults of the TLS library are used. Those of TLS 1.3 are always on. Values: ${Object.keys(SUITES).join(', ')}.`,
    }),
    parse(text, previous) {
      const names = text.split(',').map((name) => name.trim()).filter(Boolean);
      const unknown = names.find((name) => !Object.hasOwn(SUITES, name));
      if (unknown !== undefined) throw new Error(`Cipher suite ${unknown} not supported or doesn't exist`);
      return [...(previous ?? []), ...names];
    },
  } satisfies Flag<readonly string[]>,
};

/** What the flags mean to Node's TLS. */
export function tlsOptions({ tlsMinVersion, tlsCipherSuites }: TlsValues): Pick<SecureContextOptions, 'minVersion' | 'ciphers'> {
  const minVersion = VERSIONS[tlsMinVersion || 'VersionTLS12'];
  // At OpenSSL's usual level there is nothing older than TLS 1.2.
  const level = minVersion === 'TLSv1' || minVersion === 'TLSv1.1' ? ['@SECLEVEL=0'] : [];
  if (tlsCipherSuites.length === 0) return { minVersion, ...(level.length && { ciphers: ['DEFAULT', ...level].join(':') }) };
  const suites = [...new Set([...ALWAYS, ...tlsCipherSuites.map((name) => SUITES[name])])];
  return { minVersion, ciphers: [...suites, ...level].join(':') };
}

interface TlsValues {
  readonly tlsMinVersion: string | undefined;
  readonly tlsCipherSuites: readonly string[];
}
