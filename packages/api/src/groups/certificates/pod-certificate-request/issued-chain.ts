import type { X509Certificate } from 'node:crypto';
import { FieldPath, type FieldError, invalid, required, tooLong } from '@typekube/apimachinery';
import type { certificatesv1beta1 } from '../../../types';
import { byteLength } from '../../../shared/text/text';
import { alternativeNames, parseCertificate } from '../../../shared/x509/certificate';
import { decodePem } from '../../../shared/x509/pem';
import { requestedKey } from './proof-of-possession';

type Request = certificatesv1beta1.PodCertificateRequest;
type Status = certificatesv1beta1.PodCertificateRequestStatus;

const MAX_CHAIN_BYTES = 100 * 1024;
const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const CHAIN = FieldPath.of('status', 'certificateChain');
const NOT_BEFORE = FieldPath.of('status', 'notBefore');
const NOT_AFTER = FieldPath.of('status', 'notAfter');
const REFRESH = FieldPath.of('status', 'beginRefreshAt');

/**
 * The rules of an issued chain: certificates, the first of them for the asked key and time. Stops at the first problem, as
 * upstream.
 */
export function validateIssued(object: Request, old: Request, now: Date): FieldError[] {
  const status: Status = object.status ?? {};
  const text = status.certificateChain ?? '';
  if (byteLength(text) > MAX_CHAIN_BYTES) return [tooLong(CHAIN, MAX_CHAIN_BYTES)];
  const [leafBlock, ...rest] = decodePem(text);
  if (!leafBlock) return [invalid(CHAIN, text, 'issued certificate chain must contain at least one certificate')];
  if ([leafBlock, ...rest].some(({ type }) => type !== 'CERTIFICATE')) {
    return [invalid(CHAIN, text, 'issued certificate chain must consist entirely of CERTIFICATE PEM blocks')];
  }
  const leaf = parseCertificate(leafBlock.bytes);
  if (!leaf) return [invalid(CHAIN, text, 'leaf certificate does not parse as valid X.509')];
  const errors = validateNames(leaf);
  if (!requestedKey(old.spec)?.equals(leaf.publicKey)) {
    return [...errors, invalid(CHAIN, text, 'leaf certificate was not issued to the requested public key')];
  }
  errors.push(...validateTimes(object, status, leaf, now));
  if (errors.length > 0 || rest.every(({ bytes }) => parseCertificate(bytes))) return errors;
  return [invalid(CHAIN, text, 'intermediate certificate does not parse as valid X.509')];
}

function validateNames(leaf: X509Certificate): FieldError[] {
  return alternativeNames(leaf, 'DNS').flatMap((name) => {
    if (name === '') return [invalid(CHAIN, name, 'leaf certificate should not contain empty DNSName')];
    const errors: FieldError[] = [];
    if (name.includes('..')) errors.push(invalid(CHAIN, name, "leaf certificate's DNSName should not contain '..'"));
    if (name.startsWith('.') || name.endsWith('.')) {
      errors.push(invalid(CHAIN, name, "leaf certificate's DNSName should not start or end with '.'"));
    }
    return errors;
  });
}

function validateTimes(object: Request, status: Status, leaf: X509Certificate, now: Date): FieldError[] {
  const { notBefore, notAfter, beginRefreshAt } = status;
  if (notBefore === undefined || notAfter === undefined || beginRefreshAt === undefined) return missingTimes(status);
  const from = Date.parse(leaf.validFrom);
  const to = Date.parse(leaf.validTo);
  if (Date.parse(notBefore) !== from) {
    return [invalid(NOT_BEFORE, notBefore, 'must be set to the NotBefore time encoded in the leaf certificate')];
  }
  if (Math.abs(from - now.getTime()) >= 5 * MINUTE) {
    return [invalid(NOT_BEFORE, notBefore, "must be set to within 5 minutes of kube-apiserver's current time")];
  }
  if (Date.parse(notAfter) !== to) {
    return [invalid(NOT_AFTER, notAfter, 'must be set to the NotAfter time encoded in the leaf certificate')];
  }
  return [
    ...validateLifetime(to - from, object.spec?.maxExpirationSeconds ?? 0),
    ...validateRefresh(beginRefreshAt, from, to),
  ].slice(0, 1);
}

function missingTimes({ notBefore, notAfter, beginRefreshAt }: Status): FieldError[] {
  const consistent = 'must be present and consistent with the issued certificate';
  return [
    ...(notBefore === undefined ? [required(NOT_BEFORE, consistent)] : []),
    ...(notAfter === undefined ? [required(NOT_AFTER, consistent)] : []),
    ...(beginRefreshAt === undefined
      ? [required(REFRESH, 'must be present and in the range [notbefore+10min, notafter-10min]')]
      : []),
  ];
}

function validateLifetime(milliseconds: number, maxSeconds: number): FieldError[] {
  if (milliseconds < HOUR) return [invalid(CHAIN, milliseconds * 1e6, 'leaf certificate lifetime must be >= 1 hour')];
  if (milliseconds <= maxSeconds * 1000) return [];
  const detail = `leaf certificate lifetime must be <= spec.maxExpirationSeconds (${maxSeconds})`;
  return [invalid(CHAIN, milliseconds * 1e6, detail)];
}

function validateRefresh(refresh: string, from: number, to: number): FieldError[] {
  const time = Date.parse(refresh);
  if (time < from + 10 * MINUTE) return [invalid(REFRESH, refresh, 'must be at least 10 minutes after status.notBefore')];
  return time > to - 10 * MINUTE ? [invalid(REFRESH, refresh, 'must be at least 10 minutes before status.notAfter')] : [];
}
