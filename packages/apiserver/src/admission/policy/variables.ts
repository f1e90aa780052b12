import type { Activation, Budget, CompiledExpression, Value } from '@typekube/cel';
import { evaluate } from './conditions';
import { cel } from '../../cel/cel';

/** The variables of a policy for one evaluation: each is worked out when an expression first asks for it. */
export function variablesValue(variables: ReadonlyMap<string, CompiledExpression>, activation: Activation, budget: Budget): Value {
  const { MapValue, CelError } = cel();
  const known = new Map<string, Value>();
  class Variables extends MapValue {
    readonly size = variables.size;

    override get typeName(): string {
      return 'kubernetes.variables';
    }

    override has(key: Value): boolean {
      return typeof key === 'string' && variables.has(key);
    }

    get(key: Value): Value | undefined {
      if (typeof key !== 'string') return undefined;
      const present = known.get(key);
      if (present !== undefined) return present;
      const compiled = variables.get(key);
      if (!compiled) return undefined;
      const outcome = evaluate({ expression: key, compiled }, activation, budget);
      if ('problem' in outcome) throw new CelError(`composited variable "${key}" fails to evaluate: ${outcome.problem}`);
      known.set(key, outcome.value);
      return outcome.value;
    }

    keys(): Iterable<Value> {
      return variables.keys();
    }
  }
  return new Variables();
}
