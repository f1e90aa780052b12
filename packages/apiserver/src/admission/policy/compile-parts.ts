import type { admissionregistrationv1 } from '@typekube/api';
import type { ObjectMeta } from '@typekube/apimachinery';
import type { CompiledExpression, Environment, PolicyScope } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { Condition } from './conditions';
import { compileMatching } from './matching';
import type { PolicyParts } from './policy-source';

/** What policies that validate and policies that change have in common, with its expressions compiled. */
export interface CompiledParts extends PolicyParts {
  readonly conditions: readonly Condition[];
  readonly variables: ReadonlyMap<string, CompiledExpression>;
}

interface PolicyObject {
  readonly metadata: ObjectMeta;
  readonly spec?: Pick<admissionregistrationv1.ValidatingAdmissionPolicySpec, 'paramKind' | 'variables' | 'matchConstraints' | 'matchConditions' | 'failurePolicy'>;
}

/** The common parts, and what expressions that may use the variables are compiled in. */
export function compileParts({ metadata, spec }: PolicyObject, options: Pick<PolicyScope, 'isMutating'>): { parts: CompiledParts; environment: Environment } {
  const { compileExpression, compileVariables, policyEnvironment, BOOL } = cel();
  const scope = { hasParams: spec?.paramKind !== undefined, isPolicy: true, ...options };
  const { compiled: variables, environment } = compileVariables(spec?.variables ?? [], scope);
  const bare = policyEnvironment(scope);
  const parts = {
    name: metadata.name ?? '',
    matching: compileMatching(spec?.matchConstraints),
    paramKind: spec?.paramKind,
    ignoresFailure: spec?.failurePolicy === 'Ignore',
    conditions: (spec?.matchConditions ?? []).map(({ name, expression }) => ({ name, expression, compiled: compileExpression(expression, bare, [BOOL]) })),
    variables,
  };
  return { parts, environment };
}
