import type { Strategy } from '../../../registry/resource-definition';
import { labelDeprecation } from '../../../shared/node-labels/deprecated-labels';
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
  return Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
    const deprecation = labelDeprecation(key);
    return deprecation === undefined ? [] : [`scheduling.nodeSelector: ${deprecation}`];
  });
}
