import { ensureSpec } from '../../../shared/fields/ensure-spec';
import { setPodTemplateDefaults } from '../../../shared/pod-template/default-pod-spec';
import type { appsv1 } from '../../../types';

/** Fills in a deployment (SetDefaults_Deployment). */
export function setDefaults(object: appsv1.Deployment): void {
  const spec = ensureSpec(object);
  spec.template ??= {};
  setPodTemplateDefaults(spec.template);
  spec.replicas ??= 1;
  const strategy = (spec.strategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    rollingUpdate.maxUnavailable ??= '25%';
    rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
}
