import type { admissionregistrationv1beta1 } from '@typekube/api';
import { cel } from '../../cel/cel';
import { type CompiledParts, compileParts } from './compile-parts';
import type { Condition } from './conditions';

/** An expression that gives a patch, of a sort that has been validated. */
export interface CompiledMutation extends Omit<Condition, 'name'> {
  readonly patchType: 'ApplyConfiguration' | 'JSONPatch';
}

/** A policy that changes objects, with all its expressions compiled. */
export interface MutatingPolicy extends CompiledParts {
  readonly mutations: readonly CompiledMutation[];
  readonly reinvoked: boolean;
}

export function compileMutatingPolicy(policy: admissionregistrationv1beta1.MutatingAdmissionPolicy): MutatingPolicy {
  const { compileExpression, CONFIGURATION, PATCHES } = cel();
  const { parts, environment } = compileParts(policy, { isMutating: true });
  return {
    ...parts,
    mutations: (policy.spec?.mutations ?? []).map(({ patchType, applyConfiguration, jsonPatch }) => {
      const applies = patchType === 'ApplyConfiguration';
      const expression = (applies ? applyConfiguration : jsonPatch)?.expression ?? '';
      const compiled = compileExpression(expression, environment, [applies ? CONFIGURATION : PATCHES]);
      return { patchType: applies ? 'ApplyConfiguration' : 'JSONPatch', expression, compiled };
    }),
    reinvoked: policy.spec?.reinvocationPolicy === 'IfNeeded',
  };
}
