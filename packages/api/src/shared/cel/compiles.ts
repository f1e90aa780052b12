import type { CelType, Environment } from '@typekube/cel';
import { type FieldError, type FieldPath, invalid } from '@typekube/apimachinery';
import { cel } from './cel';

/** What an expression is compiled against, and the types of what it may give: any, where none is named. */
export interface ExpressionRules {
  readonly environment: Environment;
  readonly types: readonly CelType[];
}

/** Whether an expression compiles, and to a type that is wanted. */
export function validateCompiles(expression: string, path: FieldPath, { environment, types }: ExpressionRules): FieldError[] {
  const compiled = cel().compileExpression(expression, environment, types);
  return 'problem' in compiled ? [invalid(path, expression, compiled.problem)] : [];
}
