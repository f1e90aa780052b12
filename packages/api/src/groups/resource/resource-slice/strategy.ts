import type { Strategy } from '../../../registry/resource-definition';
import type { resourcev1 } from '../../../types';
import { validateResourceSlice, validateResourceSliceUpdate } from './validate';

/** How a ResourceSlice is written. */
export const strategy: Strategy<resourcev1.ResourceSlice> = {
  validate: (object) => validateResourceSlice(object),
  validateUpdate: (object, old) => validateResourceSliceUpdate(object, old),
  warningsOnCreate: (object) => driverInLowerCase(object),
  warningsOnUpdate: (object) => driverInLowerCase(object),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

function driverInLowerCase(object: resourcev1.ResourceSlice): string[] {
  const driver = object.spec?.driver ?? '';
  if (driver === driver.toLowerCase()) return [];
  return [`spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`];
}
