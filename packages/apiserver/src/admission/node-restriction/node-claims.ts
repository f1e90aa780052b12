import type { corev1 } from '@typekube/api';
import { type KubeObject, semanticEqual } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import { forbidden } from '../forbidden';

type Claim = KubeObject & { status?: corev1.PersistentVolumeClaimStatus };

/** Of a volume claim: how far it has grown. */
export function checkClaimStatus(node: string, attributes: AdmissionAttributes): void {
  if (attributes.subresource !== 'status') throw forbidden(attributes, 'may only update PVC status');
  if (attributes.operation !== 'UPDATE') throw forbidden(attributes, `unexpected operation "${attributes.operation}"`);
  if (semanticEqual(withoutGrowth(attributes.object as Claim), withoutGrowth(attributes.oldObject as Claim))) return;
  throw forbidden(attributes, `node "${node}" is not allowed to update fields other than status.quantity and status.conditions`);
}

function withoutGrowth({ metadata, status, ...rest }: Claim): object {
  const { resourceVersion: _version, managedFields: _fields, ...keptMetadata } = metadata;
  const { capacity: _capacity, conditions: _conditions, allocatedResources: _allocated, allocatedResourceStatuses: _statuses, ...keptStatus } = status ?? {};
  return { ...rest, metadata: keptMetadata, status: keptStatus };
}
