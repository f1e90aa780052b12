import type { admissionregistrationv1beta1 } from '@typekube/api';
import type { CompiledExpression } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { Condition } from './conditions';
import { compileMatching } from './matching';
import type { PolicyParts } from './policy-source';

/** A policy that changes objects, with all its expressions compiled. */
export interface MutatingPolicy extends PolicyParts {
  readonly conditions: readonly Condition[];
  readonly variables: ReadonlyMap<string, CompiledExpression>;
  readonly mutations: readonly Omit<Condition, 'name'>[];
  readonly reinvoked: boolean;
}

export function compileMutatingPolicy({ metadata, spec }: admissionregistrationv1beta1.MutatingAdmissionPolicy): MutatingPolicy {
  const { compileExpression, compileVariables, policyEnvironment, BOOL, PATCHES } = cel();
  const scope = { hasParams: spec?.paramKind !== undefined, isPolicy: true, isMutating: true };
  const { compiled: variables, environment } = compileVariables(spec?.variables ?? [], scope);
  const bare = policyEnvironment(scope);
  return {
    name: metadata.name ?? '',
    matching: compileMatching(spec?.matchConstraints),
    paramKind: spec?.paramKind,
    ignoresFailure: spec?.failurePolicy === 'Ignore',
    conditions: (spec?.matchConditions ?? []).map(({ name, expression }) => ({ name, expression, compiled: compileExpression(expression, bare, [BOOL]) })),
    variables,
    mutations: (spec?.mutations ?? []).map(({ patchType, jsonPatch }) => {
      const expression = jsonPatch?.expression ?? '';
      const unsupported = { problem: `${patchType ?? ''} is not supported by this version of the API server yet` };
      return { expression, compiled: patchType === 'JSONPatch' ? compileExpression(expression, environment, [PATCHES]) : unsupported };
    }),
    reinvoked: spec?.reinvocationPolicy === 'IfNeeded',
  };
}
