import type { discoveryv1 } from '../../../types';

export function setDefaults(slice: discoveryv1.EndpointSlice): void {
  for (const port of slice.ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}
