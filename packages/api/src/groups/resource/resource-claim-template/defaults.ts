import type { resourcev1 } from '../../../types';
import { defaultClaimSpec } from '../../../shared/device/default-claim';

/** Fills in the requests. */
export function setDefaults(object: resourcev1.ResourceClaimTemplate): void {
  defaultClaimSpec(object.spec?.spec);
}
