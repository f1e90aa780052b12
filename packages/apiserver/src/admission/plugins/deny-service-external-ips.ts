import type { corev1 } from '@typekube/api';
import type { AdmissionPlugin } from '../admission';
import { forbidden } from '../forbidden';
import { isResource } from '../pods';

/** Upstream's DenyServiceExternalIPs: nobody may draw the traffic of others to a service. Addresses that are there may stay. */
export function denyServiceExternalIps(): AdmissionPlugin {
  return {
    name: 'DenyServiceExternalIPs',
    handles: (target) => isResource(target, '', 'services') && (target.operation === 'CREATE' || target.operation === 'UPDATE') && target.subresource === '',
    validate(attributes) {
      const addresses = (service: object | undefined): string[] => (service as corev1.Service | undefined)?.spec?.externalIPs ?? [];
      const old = new Set(addresses(attributes.oldObject));
      if (addresses(attributes.object).every((address) => old.has(address))) return;
      throw forbidden(attributes, 'Use of external IPs is denied by admission control');
    },
  };
}
