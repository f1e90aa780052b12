import type { resourcev1 } from '../../../types';
import { wholeSeconds } from '../../../shared/time/whole-seconds';

/** Taints of devices count from when they were first seen. */
export function setDefaults(object: resourcev1.ResourceSlice): void {
  for (const device of object.spec?.devices ?? []) {
    for (const taint of device.taints ?? []) taint.timeAdded ??= wholeSeconds(new Date());
  }
}
