import type { resourcev1alpha3 } from '../../../types';
import { wholeSeconds } from '../../../shared/time/whole-seconds';

/** A taint counts from when it was first seen. */
export function setDefaults(object: resourcev1alpha3.DeviceTaintRule): void {
  if (object.spec?.taint) object.spec.taint.timeAdded ??= wholeSeconds(new Date());
}
