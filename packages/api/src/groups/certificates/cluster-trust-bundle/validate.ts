import { FieldPath, type FieldError, invalid, nameIsDNSSubdomain, tooLong } from '@typekube/apimachinery';
import type { certificatesv1beta1 } from '../../../types';
import { invalidEach, validateImmutable } from '../../../shared/fields/field-rules';
import { validateSignerName } from '../../../shared/signer-name/signer-name';
import { byteLength } from '../../../shared/text/text';
import { parseCertificate } from '../../../shared/x509/certificate';
import { decodePem, type PemBlock } from '../../../shared/x509/pem';

type Bundle = certificatesv1beta1.ClusterTrustBundle;

const MAX_BUNDLE_BYTES = 1024 * 1024;
const OMITTED = '<value omitted>';

/** The rules of a new ClusterTrustBundle. */
export function validateClusterTrustBundle(object: Bundle): FieldError[] {
  return [...validateNames(object), ...validateTrustBundle(object.spec?.trustBundle ?? '')];
}

/** The rules of a changed ClusterTrustBundle: it stays with its signer; certificates that did not change are not read again. */
export function validateClusterTrustBundleUpdate(object: Bundle, old: Bundle): FieldError[] {
  const unchanged = object.spec?.trustBundle === old.spec?.trustBundle;
  return [
    ...(unchanged ? validateNames(object) : validateClusterTrustBundle(object)),
    ...validateImmutable(object.spec?.signerName ?? '', old.spec?.signerName ?? '', FieldPath.of('spec', 'signerName')),
  ];
}

function validateNames(object: Bundle): FieldError[] {
  const name = object.metadata.name ?? '';
  const signer = object.spec?.signerName;
  return [
    ...invalidEach(FieldPath.of('metadata', 'name'), name, nameProblems(name, signer)),
    ...(signer ? validateSignerName(signer, FieldPath.of('spec', 'signerName')) : []),
  ];
}

/** A bundle of a signer is named after it: `example.com:signer:name`. */
function nameProblems(name: string, signer: string | undefined): string[] {
  if (!signer) {
    if (name.includes(':')) return ['ClusterTrustBundle without signer name must not have ":" in its name'];
    return nameIsDNSSubdomain(name, false);
  }
  const prefix = `${signer.replaceAll('/', ':')}:`;
  if (!name.startsWith(prefix)) return [`ClusterTrustBundle for signerName ${signer} must be named with prefix ${prefix}`];
  return nameIsDNSSubdomain(name.slice(prefix.length), false);
}

function validateTrustBundle(text: string): FieldError[] {
  const path = FieldPath.of('spec', 'trustBundle');
  if (byteLength(text) > MAX_BUNDLE_BYTES) return [tooLong(path, MAX_BUNDLE_BYTES)];
  const blocks = decodePem(text);
  const problems = blocks.flatMap((block, i) => {
    const problem = anchorProblem(block);
    return problem === undefined ? [] : [`entry ${i} ${problem}`];
  });
  const found = problems.length > 0 ? problems : bundleProblems(blocks);
  return found.map((problem) => invalid(path, OMITTED, problem));
}

function anchorProblem({ type, headers, bytes }: PemBlock): string | undefined {
  if (type !== 'CERTIFICATE') return `has bad block type: ${type}`;
  if (Object.keys(headers).length > 0) return 'has PEM block headers';
  const certificate = parseCertificate(bytes);
  if (!certificate) return 'does not parse as X.509';
  return certificate.ca ? undefined : 'does not have the CA bit set';
}

function bundleProblems(blocks: readonly PemBlock[]): string[] {
  if (blocks.length === 0) return ['at least one trust anchor must be provided'];
  const indexes = new Map<string, number[]>();
  blocks.forEach(({ bytes }, i) => {
    const key = bytes.toString('base64');
    indexes.set(key, [...(indexes.get(key) ?? []), i]);
  });
  const repeated = [...indexes.values()].filter((list) => list.length > 1);
  return repeated.map((list) => `duplicate trust anchor (indices [${list.join(' ')}])`);
}
