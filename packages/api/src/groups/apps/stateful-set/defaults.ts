import { ensureSpec } from '../../../shared/fields/ensure-spec';
import { setPodTemplateDefaults } from '../../../shared/pod-template/default-pod-spec';
import { setClaimSpecDefaults } from '../../../shared/volume/default-claim';
import type { appsv1 } from '../../../types';

/** Fills in a stateful set (SetDefaults_StatefulSet and the conversion that names the kind of its claims). */
export function setDefaults(object: appsv1.StatefulSet): void {
  const spec = ensureSpec(object);
  spec.template ??= {};
  setPodTemplateDefaults(spec.template);
  spec.podManagementPolicy ||= 'OrderedReady';
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    rollingUpdate.partition ??= 0;
    rollingUpdate.maxUnavailable ??= 1;
  }
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ||= 'Retain';
  retention.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    claim.status ??= {};
    claim.status.phase ||= 'Pending';
    setClaimSpecDefaults(ensureSpec(claim));
  }
}
