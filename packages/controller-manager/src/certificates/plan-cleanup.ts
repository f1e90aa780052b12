import { X509Certificate } from 'node:crypto';
import { type CertificateSigningRequest, timeOf } from '../shared/objects';

const HOUR = 3_600_000;
/** What was decided is kept for an hour, what waits for somebody for a day. */
const DECIDED = HOUR;
const WAITING = 24 * HOUR;

/** Why a request is not kept any longer; undefined where it is. (CSRCleanerController.handle) */
export function cleanupReason({ metadata, status }: CertificateSigningRequest, now: number): string | undefined {
  const { conditions = [], certificate } = status ?? {};
  const isOlder = (time: string | undefined, milliseconds: number): boolean => time !== undefined && now - timeOf(time) > milliseconds;
  const since = (type: string, milliseconds: number): boolean => {
    return conditions.some((condition) => condition.type === type && isOlder(condition.lastUpdateTime, milliseconds));
  };
  if (conditions.length === 0 && isOlder(metadata.creationTimestamp, WAITING)) return 'pending';
  if (since('Denied', DECIDED)) return 'denied';
  if (since('Failed', DECIDED)) return 'failed';
  if (certificate && since('Approved', DECIDED)) return 'issued';
  if (certificate && conditions.some(({ type }) => type === 'Approved') && hasEnded(certificate, now)) return 'expired';
  if (!certificate && since('Approved', WAITING)) return 'approved but not issued';
  return undefined;
}

/** @throws where it is no certificate in PEM: the API server takes none of these. */
function hasEnded(base64: string, now: number): boolean {
  return now > Date.parse(new X509Certificate(Buffer.from(base64, 'base64')).validTo);
}
