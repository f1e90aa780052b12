import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/** Where distributions keep the authorities that their administrators trust, in the order in which Go looks for them. */
const BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem', '/etc/pki/tls/cacert.pem', '/etc/ssl/cert.pem'];

let known: SecureContext | undefined;

/**
 * Whom registries are believed by: the machine's authorities, as other runtimes have it, and those that Node comes with. Node alone would not know the ones
 * that an administrator has added. `SSL_CERT_FILE` names another file. Undefined where the machine has none: Node's own count then.
 */
export function trustedRoots(): SecureContext | undefined {
  return (known ??= contextWith(process.env['SSL_CERT_FILE'] ? [process.env['SSL_CERT_FILE']] : BUNDLES));
}

/** With the authorities of the first of these files that is there. */
export function contextWith(files: readonly string[]): SecureContext | undefined {
  for (const file of files) {
    let bundle: string;
    try {
      bundle = readFileSync(file, 'utf8');
    } catch {
      continue;
    }
    return createSecureContext({ ca: [...rootCertificates, bundle] });
  }
  return undefined;
}
