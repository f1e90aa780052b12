import { compileRe2 } from '@typekube/apimachinery';
import { parseDurationText, parseTimestampText } from '../library/time-texts';
import type { Expr } from '../syntax/ast';
import type { Issue } from '../syntax/source';
import { walk } from '../syntax/walk';
import type { CheckedExpr } from './checked-expr';

type LiteralCheck = readonly [message: string, read: (text: string) => unknown];

const OF_FUNCTION: ReadonlyMap<string, LiteralCheck> = new Map<string, LiteralCheck>([
  ['duration', ['invalid duration argument', parseDurationText]],
  ['timestamp', ['invalid timestamp argument', parseTimestampText]],
  ['matches', ['invalid matches argument', compileRe2]],
]);

/** Durations, times and patterns that stand in an expression as texts, and cannot be read. */
export function checkLiterals({ expr, calls }: CheckedExpr): Issue[] {
  const issues: Issue[] = [];
  for (const node of walk(expr)) {
    const known = node.kind === 'call' ? OF_FUNCTION.get(calls.get(node.id)?.name ?? '') : undefined;
    const literal = node.kind === 'call' ? node.args.at(-1) : undefined;
    if (known && literal) issues.push(...problem(known, literal));
  }
  return issues;
}

function problem([message, read]: LiteralCheck, expr: Expr): Issue[] {
  if (expr.kind !== 'literal' || typeof expr.value !== 'string') return [];
  try {
    read(expr.value);
    return [];
  } catch {
    return [{ offset: expr.offset, message }];
  }
}
