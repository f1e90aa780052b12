import type { admissionregistrationv1 } from '@typekube/api';
import type { CompiledExpression } from '@typekube/cel';
import { cel } from '../../cel/cel';
import { type CompiledParts, compileParts } from './compile-parts';
import type { Condition } from './conditions';

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;

export interface CompiledValidation extends Omit<Condition, 'name'> {
  readonly message: string;
  readonly messageExpression: CompiledExpression | undefined;
  readonly reason: string;
}

/** A policy with all its expressions compiled. */
export interface ValidatingPolicy extends CompiledParts {
  readonly validations: readonly CompiledValidation[];
  readonly auditAnnotations: readonly Condition[];
}

export function compileValidatingPolicy(policy: Policy): ValidatingPolicy {
  const { compileExpression, BOOL, NULL, STRING } = cel();
  const { parts, environment } = compileParts(policy, { isMutating: false });
  return {
    ...parts,
    validations: (policy.spec?.validations ?? []).map(({ expression, message = '', messageExpression, reason = 'Invalid' }) => ({
      expression,
      compiled: compileExpression(expression, environment, [BOOL]),
      message: message.trim(),
      messageExpression: messageExpression ? compileExpression(messageExpression, environment, [STRING]) : undefined,
      reason,
    })),
    auditAnnotations: (policy.spec?.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      name: key,
      expression: valueExpression,
      compiled: compileExpression(valueExpression, environment, [STRING, NULL]),
    })),
  };
}
