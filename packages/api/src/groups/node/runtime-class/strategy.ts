import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { warningsForNodeLabel } from '../../../shared/pod-template/warnings-node-labels';
import type { nodev1 } from '../../../types';
import { validateRuntimeClass, validateRuntimeClassUpdate } from './validate';

export const strategy: Strategy<nodev1.RuntimeClass> = {
  validate: (runtimeClass) => validateRuntimeClass(runtimeClass),
  warningsOnCreate: warnings,
  validateUpdate: (runtimeClass, old) => validateRuntimeClassUpdate(runtimeClass, old),
  warningsOnUpdate: (runtimeClass) => warnings(runtimeClass),
  allowUnconditionalUpdate: false,
};

function warnings({ scheduling }: nodev1.RuntimeClass): string[] {
  const path = FieldPath.of('scheduling', 'nodeSelector');
  return Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => warningsForNodeLabel(key, path));
}
