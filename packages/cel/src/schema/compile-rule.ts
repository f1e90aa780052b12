import { KUBERNETES } from '../env/kubernetes';
import type { Environment } from '../env/environment';
import { estimateCost } from '../cost/static-cost';
import { compile, type Program } from '../program';
import { IssuesError } from '../syntax/issues-error';
import { optionalOf } from '../types/cel-type';
import { type DeclType, maxSizeAt, typesOf } from './decl-type';
import type { ValidationRule } from './rule-schema';

/** An expression, or what is wrong with it. */
export type Compiled = { readonly program: Program; readonly maxCost: number } | { readonly problem: string };

/** A rule that is compiled, as far as it can be. */
export interface CompiledRule {
  readonly source: ValidationRule;
  readonly rule: Compiled;
  readonly message: Compiled | undefined;
  readonly usesOldSelf: boolean;
}

/** Compiles the rules of one place of a schema. */
export function compileRules(rules: readonly ValidationRule[], root: DeclType): CompiledRule[] {
  const types = typesOf(root);
  const environment = KUBERNETES.withVariables({ self: root.type, oldSelf: root.type }, types);
  const optional = KUBERNETES.withVariables({ self: root.type, oldSelf: optionalOf(root.type) }, types);
  return rules.map((source) => {
    const rule = compileOne(source.rule, { environment: source.optionalOldSelf ? optional : environment, root, kind: 'bool', prefix: '' });
    const message = source.messageExpression
      ? compileOne(source.messageExpression, { environment, root, kind: 'string', prefix: 'messageExpression ' })
      : undefined;
    return { source, rule, message, usesOldSelf: 'program' in rule && refersTo(rule.program, 'oldSelf') };
  });
}

interface Options {
  readonly environment: Environment;
  readonly root: DeclType;
  readonly kind: 'bool' | 'string';
  readonly prefix: string;
}

function compileOne(text: string, { environment, root, kind, prefix }: Options): Compiled {
  try {
    const program = compile(text, environment);
    if (program.type.kind !== kind) {
      return { problem: kind === 'bool' ? 'cel expression must evaluate to a bool' : 'messageExpression must evaluate to a string' };
    }
    return { program, maxCost: estimateCost(program.checked, sizes(root)).max };
  } catch (error) {
    if (error instanceof IssuesError) return { problem: `${prefix}compilation failed: ${error.message}` };
    throw error;
  }
}

function sizes(root: DeclType): (path: readonly string[]) => { min: number; max: number } | undefined {
  return ([, ...path]) => {
    const max = maxSizeAt(root, path);
    return max === undefined ? undefined : { min: 0, max };
  };
}

function refersTo({ checked }: Program, variable: string): boolean {
  return [...checked.names.values()].some((name) => 'variable' in name && name.variable === variable);
}
