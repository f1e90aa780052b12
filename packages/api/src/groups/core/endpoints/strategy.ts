import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { warningsForIp } from '../../../shared/ip/warnings';
import type { corev1 } from '../../../types';
import { validateEndpoints } from './validate';

export const strategy: Strategy<corev1.Endpoints> = {
  validate: (endpoints) => validateEndpoints(endpoints),
  warningsOnCreate: warnings,
  validateUpdate: (endpoints, old) => validateEndpoints(endpoints, old),
  warningsOnUpdate: (endpoints) => warnings(endpoints),
  allowCreateOnUpdate: true,
};

/** None for what the endpoints controller wrote: it brings addresses into form itself. */
function warnings(endpoints: corev1.Endpoints): string[] {
  if (endpoints.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
  return (endpoints.subsets ?? []).flatMap((subset, i) => {
    const path = FieldPath.of('subsets').index(i);
    return (['addresses', 'notReadyAddresses'] as const).flatMap((field) =>
      (subset[field] ?? []).flatMap(({ ip }, j) => warningsForIp(ip, path.child(field).index(j).child('ip'))),
    );
  });
}
