import type { AuthenticationFlags } from '../config/authentication-flags';
import type { Authorities } from './authorities';

/** The config map `kube-system/extension-apiserver-authentication`: whom extension API servers may believe, in upstream's keys. */
export function publishedData(flags: AuthenticationFlags, { clientPem, proxyPem }: Authorities): Record<string, string> {
  const clients = { 'client-ca-file': clientPem };
  if (proxyPem === undefined) return clients;
  return {
    ...clients,
    'requestheader-allowed-names': JSON.stringify(flags.requestheaderAllowedNames),
    'requestheader-client-ca-file': proxyPem,
    'requestheader-extra-headers-prefix': JSON.stringify(flags.requestheaderExtraHeadersPrefix),
    'requestheader-group-headers': JSON.stringify(flags.requestheaderGroupHeaders),
    'requestheader-uid-headers': JSON.stringify(flags.requestheaderUidHeaders),
    'requestheader-username-headers': JSON.stringify(flags.requestheaderUsernameHeaders),
  };
}
