import { ensureSpec } from '../../../shared/fields/ensure-spec';
import { setPodTemplateDefaults } from '../../../shared/pod-template/default-pod-spec';
import type { appsv1 } from '../../../types';

/** Fills in a daemon set (SetDefaults_DaemonSet). */
export function setDefaults(object: appsv1.DaemonSet): void {
  const spec = ensureSpec(object);
  spec.template ??= {};
  setPodTemplateDefaults(spec.template);
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    rollingUpdate.maxUnavailable ??= 1;
    rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}
