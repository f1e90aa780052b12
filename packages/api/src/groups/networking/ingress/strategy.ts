import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { warningsForIp } from '../../../shared/ip/warnings';
import type { networkingv1 } from '../../../types';
import { validateIngressCreate, validateIngressStatusUpdate, validateIngressUpdate } from './validate';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

export const strategy: Strategy<networkingv1.Ingress> = {
  prepareForCreate: (ingress) => {
    delete ingress.status;
  },
  validate: (ingress) => validateIngressCreate(ingress),
  warningsOnCreate(ingress) {
    if (ingress.metadata.annotations?.[CLASS_ANNOTATION] === undefined) return [];
    return [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`];
  },
  prepareForUpdate: (ingress, old) => keepField(ingress, old, 'status'),
  validateUpdate: (ingress, old) => validateIngressUpdate(ingress, old),
  tracksGeneration: true,
};

export const statusStrategy: Strategy<networkingv1.Ingress> = deriveStatusStrategy(strategy, {
  validateUpdate: (ingress, old) => validateIngressStatusUpdate(ingress, old),
  warningsOnUpdate(ingress) {
    const path = FieldPath.of('status', 'loadBalancer', 'ingress');
    return (ingress.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) =>
      ip ? warningsForIp(ip, path.index(i).child('ip')) : [],
    );
  },
});
