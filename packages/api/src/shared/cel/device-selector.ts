import { type FieldError, type FieldPath, forbidden, invalid } from '@typekube/apimachinery';
import { cel } from './cel';

/** What a selector may be estimated to cost. */
const COST_LIMIT = 1_000_000;

/** The rules of an expression that selects devices (dra-api's CEL). */
export function validateDeviceSelector(text: string, path: FieldPath): FieldError[] {
  const { BOOL, compileExpression, DEVICE_ENVIRONMENT, deviceSelectorCost } = cel();
  const compiled = compileExpression(text, DEVICE_ENVIRONMENT, [BOOL]);
  if ('problem' in compiled) return [invalid(path, text, compiled.problem)];
  return deviceSelectorCost(compiled.program) > COST_LIMIT ? [forbidden(path, 'too complex, exceeds cost limit')] : [];
}
