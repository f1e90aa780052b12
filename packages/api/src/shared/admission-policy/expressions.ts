import type { PolicyScope } from '@typekube/cel';
import { type FieldError, type FieldPath, invalid } from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../types';
import { cel } from '../cel/cel';
import type { ExpressionRules } from '../cel/compiles';
import { validateVariable } from './variables';

/** The rules of a policy's variables, each of which sees those before it; and what the expressions after them see. */
export function validateVariables(
  variables: readonly admissionregistrationv1.Variable[] | undefined,
  path: FieldPath,
  scope: PolicyScope,
): { errors: FieldError[]; environment: ExpressionRules['environment'] } {
  const given = variables ?? [];
  const formal = given.map((variable, i) => validateVariable(variable, path.index(i)));
  const { compiled, environment } = cel().compileVariables(given.filter((_variable, i) => !formal[i]?.length), scope);
  const errors = given.flatMap(({ name, expression }, i) => {
    const found = compiled.get(name);
    if (formal[i]?.length || !found || !('problem' in found)) return formal[i] ?? [];
    return [invalid(path.index(i).child('expression'), expression, found.problem)];
  });
  return { errors, environment };
}
