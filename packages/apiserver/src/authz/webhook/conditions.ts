import type { Environment, Program } from '@typekube/cel';
import { cel } from '../../cel/cel';

type Spec = Readonly<Record<string, unknown>>;

function environment(): Environment {
  const { ACCESS_REQUEST, KUBERNETES, typesOf } = cel();
  return KUBERNETES.withVariables({ request: ACCESS_REQUEST.type }, typesOf(ACCESS_REQUEST));
}

/** What is wrong with a condition of a webhook; undefined if nothing. */
export function conditionProblem(expression: string): string | undefined {
  const { BOOL, compileExpression } = cel();
  const compiled = compileExpression(expression, environment(), [BOOL]);
  return 'problem' in compiled ? compiled.problem : undefined;
}

/** Whether a question meets conditions; the error of those that could not be evaluated, where none says no. */
export function compileConditions(expressions: readonly string[]): (spec: Spec) => boolean | Error {
  const { ACCESS_REQUEST, CancelledError, CelError, compile, PER_CALL_LIMIT } = cel();
  const programs: readonly Program[] = expressions.map((expression) => compile(expression, environment()));
  return (spec) => {
    const request = ACCESS_REQUEST.fromJson(withEmptyTexts(spec));
    const problems: string[] = [];
    for (const [i, program] of programs.entries()) {
      try {
        if (program.evaluate((name) => (name === 'request' ? request : undefined), { cost: PER_CALL_LIMIT }).value !== true) return false;
      } catch (error) {
        if (!(error instanceof CelError) && !(error instanceof CancelledError)) throw error;
        problems.push(`cel evaluation error: expression '${expressions[i] ?? ''}' resulted in error: ${error.message}`);
      }
    }
    return problems.length ? new Error(problems.join(', ')) : true;
  };
}

const EMPTY = { namespace: '', verb: '', group: '', version: '', resource: '', subresource: '', name: '' };

/** Conditions see what is not said as empty texts. */
function withEmptyTexts(spec: Spec): Spec {
  const { resourceAttributes } = spec;
  return {
    user: '', uid: '', groups: [], extra: {}, ...spec,
    ...(typeof resourceAttributes === 'object' && { resourceAttributes: { ...EMPTY, ...resourceAttributes } }),
  };
}
