import type { flowcontrolv1 } from '../../../types';

const DEFAULT_PRECEDENCE = 1000;

/** A flow schema stands in the middle unless it says otherwise; 0 counts as unset. */
export function setDefaults(object: flowcontrolv1.FlowSchema): void {
  if (object.spec) object.spec.matchingPrecedence ||= DEFAULT_PRECEDENCE;
}
