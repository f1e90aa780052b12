import type { certificatesv1beta1 } from '../../../types';

const ONE_DAY_SECONDS = 24 * 60 * 60;

/** A certificate of a pod lives for a day at most unless it is asked for longer. */
export function setDefaults(object: certificatesv1beta1.PodCertificateRequest): void {
  if (object.spec) object.spec.maxExpirationSeconds ??= ONE_DAY_SECONDS;
}
