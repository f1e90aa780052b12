import { DerError, expectTag, OBJECT_IDENTIFIER, oidText, readElements, readWhole, SEQUENCE } from './der';
import { decodePem } from './pem';

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';

/** Whom a certificate request is for, as far as it says. */
export interface RequestSubject {
  /** The last one, as Go reads it; empty where there is none. */
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** The subject of a request given in base64 of PEM, or why it cannot be read. Its signature is not checked. */
export function certificateRequestSubject(base64: string | undefined): RequestSubject | { readonly problem: string } {
  const [block] = decodePem(Buffer.from(base64 ?? '', 'base64').toString('latin1'));
  if (block?.type !== 'CERTIFICATE REQUEST') return { problem: 'PEM block type must be CERTIFICATE REQUEST' };
  try {
    const attributes = readSubject(block.bytes);
    const valuesOf = (wanted: string): string[] => attributes.filter(({ type }) => type === wanted).map(({ value }) => value);
    return { commonName: valuesOf(COMMON_NAME).at(-1) ?? '', organizations: valuesOf(ORGANIZATION) };
  } catch (error) {
    if (error instanceof DerError) return { problem: error.message };
    throw error;
  }
}

function readSubject(bytes: Buffer): { readonly type: string; readonly value: string }[] {
  const [info] = readElements(readWhole(bytes, SEQUENCE).content);
  const [, subject] = readElements(expectTag(info, SEQUENCE).content);
  return readElements(expectTag(subject, SEQUENCE).content).flatMap((relativeName) =>
    readElements(relativeName.content).flatMap((attribute) => {
      const [type, value] = readElements(expectTag(attribute, SEQUENCE).content);
      return value ? [{ type: oidText(expectTag(type, OBJECT_IDENTIFIER).content), value: value.content.toString('utf8') }] : [];
    }),
  );
}
