import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { resourcev1 } from '../../../types';
import { deviceIdOf } from './device-id';
import { validateResourceClaim, validateResourceClaimUpdate } from './validate';
import { validateResourceClaimStatus } from './validate-status';

/** How a ResourceClaim is written. */
export const strategy: Strategy<resourcev1.ResourceClaim> = {
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateResourceClaim(object),
  validateUpdate: (object, old) => validateResourceClaimUpdate(object, old),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

/** How allocation and use are written. What drivers report of a device goes with its allocation. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  prepareForUpdate: (object, old) => dropDeallocated(object, old),
  validateUpdate: (object, old) => validateResourceClaimStatus(object, old),
});

function dropDeallocated({ status }: resourcev1.ResourceClaim, old: resourcev1.ResourceClaim): void {
  if (!status?.devices) return;
  const gone = new Set((old.status?.allocation?.devices?.results ?? []).map(deviceIdOf));
  for (const result of status.allocation?.devices?.results ?? []) gone.delete(deviceIdOf(result));
  const kept = status.devices.filter((device) => !gone.has(deviceIdOf(device)));
  if (kept.length > 0) status.devices = kept;
  else delete status.devices;
}
