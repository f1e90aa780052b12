import type { Environment } from '../env/environment';
import { compile, type Program } from '../program';
import { IssuesError } from '../syntax/issues-error';
import { type CelType, isDyn, sameType, typeText } from '../types/cel-type';

/** An expression, or what is wrong with it. */
export type CompiledExpression = { readonly program: Program } | { readonly problem: string };

/** Compiles an expression that is to give a value of one of some types; any, where none is named. */
export function compileExpression(text: string, environment: Environment, types: readonly CelType[]): CompiledExpression {
  try {
    const program = compile(text, environment);
    if (!types.length || types.some((type) => sameType(type, program.type) || (isDyn(type) && isDyn(program.type)))) return { program };
    const wanted = types.map(typeText);
    return { problem: wanted.length === 1 ? `must evaluate to ${wanted[0] ?? ''}` : `must evaluate to one of [${wanted.join(' ')}]` };
  } catch (error) {
    if (error instanceof IssuesError) return { problem: `compilation failed: ${error.message}` };
    throw error;
  }
}
