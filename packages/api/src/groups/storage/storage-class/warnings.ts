import { FieldPath } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { warningsForNodeLabel } from '../../../shared/pod-template/warnings-node-labels';

/** A warning for each allowed topology by a node label that has been renamed. */
export function deprecatedTopologyKeys(object: storagev1.StorageClass): string[] {
  const path = FieldPath.of('allowedTopologies');
  return (object.allowedTopologies ?? []).flatMap((term, i) =>
    (term.matchLabelExpressions ?? []).flatMap(({ key }, j) =>
      warningsForNodeLabel(key, path.index(i).child('matchLabelExpressions').index(j).child('key')),
    ),
  );
}
