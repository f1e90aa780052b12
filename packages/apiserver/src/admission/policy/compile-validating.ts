import type { admissionregistrationv1 } from '@typekube/api';
import type { CompiledExpression } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { Condition } from './conditions';
import { compileMatching } from './matching';
import type { PolicyParts } from './policy-source';

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;

export interface CompiledValidation extends Omit<Condition, 'name'> {
  readonly message: string;
  readonly messageExpression: CompiledExpression | undefined;
  readonly reason: string;
}

/** A policy with all its expressions compiled. */
export interface ValidatingPolicy extends PolicyParts {
  readonly conditions: readonly Condition[];
  readonly variables: ReadonlyMap<string, CompiledExpression>;
  readonly validations: readonly CompiledValidation[];
  readonly auditAnnotations: readonly Condition[];
}

export function compileValidatingPolicy({ metadata, spec }: Policy): ValidatingPolicy {
  const { compileExpression, compileVariables, policyEnvironment, BOOL, NULL, STRING } = cel();
  const scope = { hasParams: spec?.paramKind !== undefined, isPolicy: true };
  const { compiled: variables, environment } = compileVariables(spec?.variables ?? [], scope);
  const bare = policyEnvironment(scope);
  return {
    name: metadata.name ?? '',
    matching: compileMatching(spec?.matchConstraints),
    paramKind: spec?.paramKind,
    ignoresFailure: spec?.failurePolicy === 'Ignore',
    conditions: (spec?.matchConditions ?? []).map(({ name, expression }) => ({ name, expression, compiled: compileExpression(expression, bare, [BOOL]) })),
    variables,
    validations: (spec?.validations ?? []).map(({ expression, message = '', messageExpression, reason = 'Invalid' }) => ({
      expression,
      compiled: compileExpression(expression, environment, [BOOL]),
      message: message.trim(),
      messageExpression: messageExpression ? compileExpression(messageExpression, environment, [STRING]) : undefined,
      reason,
    })),
    auditAnnotations: (spec?.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      name: key,
      expression: valueExpression,
      compiled: compileExpression(valueExpression, environment, [STRING, NULL]),
    })),
  };
}
