import { nameIsDNSLabel } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { corev1 } from '../../../types';
import { dropTypeDependentFields, normalizeClusterIps, patchAllocatedValues } from './allocated-fields';
import { validateService } from './validate';
import { validateLoadBalancerStatus } from './validate-load-balancer';
import { validateServiceUpdate } from './validate-update';
import { loadBalancerStatusWarnings, serviceWarnings } from './warnings';

export const strategy: Strategy<corev1.Service> = {
  validateName: nameIsDNSLabel,
  prepareForCreate(service) {
    service.status = { loadBalancer: {} };
    normalizeClusterIps((service.spec ??= {}));
  },
  validate: (service) => validateService(service),
  warningsOnCreate: serviceWarnings,
  prepareForUpdate(service, old) {
    const spec = (service.spec ??= {});
    const oldSpec = old.spec ?? {};
    patchAllocatedValues(spec, oldSpec);
    normalizeClusterIps(spec, oldSpec);
    keepField(service, old, 'status');
    dropTypeDependentFields(spec, oldSpec);
    if (spec.type !== 'LoadBalancer') service.status = { ...service.status, loadBalancer: {} };
  },
  validateUpdate: (service, old) => validateServiceUpdate(service, old),
  warningsOnUpdate: (service) => serviceWarnings(service),
  allowCreateOnUpdate: true,
};

export const statusStrategy: Strategy<corev1.Service> = deriveStatusStrategy(strategy, {
  validateUpdate: (service, old) => validateLoadBalancerStatus(service, old),
  warningsOnUpdate: (service) => loadBalancerStatusWarnings(service),
});
