import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificateAuthority, createClientCertificate, type KeyPair } from '@typekube/component-base';

/** What an API server shows extension API servers to be believed. */
export interface FrontProxy {
  readonly authority: KeyPair;
  readonly identity: KeyPair;
  /** Of the API server. */
  readonly flags: readonly string[];
}

/** Makes an authority and a certificate for the API server's proxy, as files in a folder. */
export function frontProxy(folder: string): FrontProxy {
  const authority = createCertificateAuthority({ commonName: 'front-proxy-ca' });
  const identity = createClientCertificate(authority, { subject: { commonName: 'front-proxy-client' } });
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const flags = [
    `--proxy-client-cert-file=${file('proxy.crt', identity.certificate)}`,
    `--proxy-client-key-file=${file('proxy.key', identity.key)}`,
    `--requestheader-client-ca-file=${file('proxy-ca.crt', authority.certificate)}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-uid-headers=X-Remote-Uid',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  ];
  return { authority, identity, flags };
}
