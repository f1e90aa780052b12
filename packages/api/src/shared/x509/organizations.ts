import { DerError, expectTag, OBJECT_IDENTIFIER, oidText, readElements, readWhole, SEQUENCE } from './der';
import { decodePem } from './pem';

const ORGANIZATION = '2.5.4.10';

/** The organizations in the subject of a request given in base64 of PEM; none where it cannot be read. */
export function certificateRequestOrganizations(base64: string | undefined): string[] {
  const [block] = decodePem(Buffer.from(base64 ?? '', 'base64').toString('latin1'));
  if (!block) return [];
  try {
    return readOrganizations(block.bytes);
  } catch (error) {
    if (error instanceof DerError) return [];
    throw error;
  }
}

function readOrganizations(bytes: Buffer): string[] {
  const [info] = readElements(readWhole(bytes, SEQUENCE).content);
  const [, subject] = readElements(expectTag(info, SEQUENCE).content);
  return readElements(expectTag(subject, SEQUENCE).content).flatMap((relativeName) =>
    readElements(relativeName.content).flatMap((attribute) => {
      const [type, value] = readElements(expectTag(attribute, SEQUENCE).content);
      const isOrganization = oidText(expectTag(type, OBJECT_IDENTIFIER).content) === ORGANIZATION;
      return isOrganization && value ? [value.content.toString('utf8')] : [];
    }),
  );
}
