import { parseCertificate } from '../../../shared/x509/certificate';
import { decodePem } from '../../../shared/x509/pem';

/** Why a base64 field is not a chain of certificates in PEM; undefined if it is one, or empty. */
export function certificateProblem(base64: string | undefined): string | undefined {
  if (!base64) return undefined;
  const blocks = decodePem(Buffer.from(base64, 'base64').toString('latin1'));
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const { type, headers, bytes } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (Object.keys(headers).length > 0) return 'no PEM block headers are permitted';
    if (bytes.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates';
    if (!parseCertificate(bytes)) return 'x509: malformed certificate';
  }
  return undefined;
}
