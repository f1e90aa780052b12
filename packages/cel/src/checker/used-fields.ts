import { walk } from '../syntax/walk';
import type { CheckedExpr } from './checked-expr';

/** The fields of a variable that an expression names: `claims.email`, `claims.?email`, `has(claims.email)`. */
export function usedFields({ expr }: Pick<CheckedExpr, 'expr'>, variable: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const node of walk(expr)) {
    if (node.kind === 'select' && node.operand.kind === 'ident' && node.operand.name === variable) found.add(node.field);
    if (node.kind !== 'call' || (node.name !== '_[_]' && node.name !== '_?._' && node.name !== '_[?_]')) continue;
    const [operand, field] = node.args;
    if (operand?.kind === 'ident' && operand.name === variable && field?.kind === 'literal' && typeof field.value === 'string') found.add(field.value);
  }
  return found;
}
