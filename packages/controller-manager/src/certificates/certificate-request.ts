/** What of a request in PKCS #10 decides whether it may be signed, and goes into the certificate. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly names: readonly AlternativeName[];
  /** The subject as it stands in the request, in DER. */
  readonly subject: Uint8Array;
  /** The key that is certified, in SPKI. */
  readonly publicKey: Uint8Array;
}

/** A name beside the subject's; names of other types are not taken over. */
export interface AlternativeName {
  readonly type: 'dns' | 'email' | 'ip' | 'url';
  readonly value: string;
}

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** The library for X.509, loaded when the first request comes: it takes memory, and most clusters have none for hours. */
export async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** @throws where the base64 is no request in PEM, or its signature is not that of its key. */
export async function parseCertificateRequest(base64: string): Promise<CertificateRequest> {
  const { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } = await loadX509();
  const request = new Pkcs10CertificateRequest(Buffer.from(base64, 'base64').toString('latin1'));
  if (!(await request.verify())) throw new Error('unable to verify certificate request signature');
  const [commonName = ''] = request.subjectName.getField('CN');
  const extension = request.getExtension(SUBJECT_ALTERNATIVE_NAME);
  const all = extension ? new SubjectAlternativeNameExtension(extension.rawData).names.items : [];
  return {
    commonName,
    organizations: request.subjectName.getField('O'),
    names: all.flatMap(({ type, value }) => (isTaken(type) ? [{ type, value }] : [])),
    subject: new Uint8Array(request.subjectName.toArrayBuffer()),
    publicKey: new Uint8Array(request.publicKey.rawData),
  };
}

function isTaken(type: string): type is AlternativeName['type'] {
  return ['dns', 'email', 'ip', 'url'].includes(type);
}
