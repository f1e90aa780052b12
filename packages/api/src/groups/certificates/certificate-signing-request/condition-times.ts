import type { certificatesv1 } from '../../../types';
import { wholeSeconds } from '../../../shared/time/whole-seconds';

type Request = certificatesv1.CertificateSigningRequest;

/** Stamps conditions that have no times: a condition that has kept its status keeps the time of its last transition. */
export function stampConditions(object: Request, old: Request, now: Date): void {
  const time = wholeSeconds(now);
  for (const condition of object.status?.conditions ?? []) {
    condition.lastUpdateTime ||= time;
    condition.lastTransitionTime ||= transitionBefore(condition, old) ?? time;
  }
}

function transitionBefore({ type, status }: certificatesv1.CertificateSigningRequestCondition, old: Request): string | undefined {
  const same = old.status?.conditions?.find(
    (before) => before.type === type && before.status === status && before.lastTransitionTime !== undefined,
  );
  return same?.lastTransitionTime;
}
