import type { admissionregistrationv1beta1 } from '@typekube/api';
import type { CompiledExpression } from '@typekube/cel';
import { cel } from '../../cel/cel';
import type { Condition } from './conditions';
import { compileMatching } from './matching';
import type { PolicyParts } from './policy-source';

/** An expression that gives a patch, of a sort that has been validated. */
export interface CompiledMutation extends Omit<Condition, 'name'> {
  readonly patchType: 'ApplyConfiguration' | 'JSONPatch';
}

/** A policy that changes objects, with all its expressions compiled. */
export interface MutatingPolicy extends PolicyParts {
  readonly conditions: readonly Condition[];
  readonly variables: ReadonlyMap<string, CompiledExpression>;
  readonly mutations: readonly CompiledMutation[];
  readonly reinvoked: boolean;
}

export function compileMutatingPolicy({ metadata, spec }: admissionregistrationv1beta1.MutatingAdmissionPolicy): MutatingPolicy {
  const { compileExpression, compileVariables, policyEnvironment, BOOL, CONFIGURATION, PATCHES } = cel();
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
    mutations: (spec?.mutations ?? []).map(({ patchType, applyConfiguration, jsonPatch }) => {
      const applies = patchType === 'ApplyConfiguration';
      const expression = (applies ? applyConfiguration : jsonPatch)?.expression ?? '';
      const compiled = compileExpression(expression, environment, [applies ? CONFIGURATION : PATCHES]);
      return { patchType: applies ? 'ApplyConfiguration' : 'JSONPatch', expression, compiled };
    }),
    reinvoked: spec?.reinvocationPolicy === 'IfNeeded',
  };
}
