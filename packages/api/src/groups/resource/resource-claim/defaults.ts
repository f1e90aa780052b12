import type { resourcev1 } from '../../../types';
import { defaultClaimSpec, defaultTolerations } from '../../../shared/device/default-claim';

/** Fills in the requests, and the tolerations of what was allocated. */
export function setDefaults(object: resourcev1.ResourceClaim): void {
  defaultClaimSpec(object.spec);
  object.status?.allocation?.devices?.results?.forEach((result) => defaultTolerations(result.tolerations));
}
