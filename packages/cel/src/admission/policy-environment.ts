import { KUBERNETES } from '../env/kubernetes';
import type { Environment, TypeProvider } from '../env/environment';
import { AUTHORIZER, RESOURCE_CHECK } from '../library/authorizer';
import { JSON_PATCH } from '../library/json-patch';
import { typesOf } from '../schema/decl-type';
import type { TypedObject } from '../schema/open-api-types';
import { type CelType, DYN, listOf, objectType, STRING } from '../types/cel-type';
import { type CompiledExpression, compileExpression } from './expression';
import { MadeObject } from './made-object';
import { ADMISSION_REQUEST, NAMESPACE } from './schemas';

export interface PolicyScope {
  readonly hasParams: boolean;
  /** Whether the expressions stand in a policy, not in a webhook's conditions. */
  readonly isPolicy: boolean;
  /** Whether they may give patches. */
  readonly isMutating?: boolean;
  /** What objects are, where that is known: when types are checked, not when requests come. */
  readonly object?: TypedObject;
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

const VARIABLES = 'kubernetes.variables';
const PATCH = 'JSONPatch';
const PATCH_FIELDS: ReadonlyMap<string, CelType> = new Map([['op', STRING], ['path', STRING], ['from', STRING], ['value', DYN]]);

/** What an expression that patches has to give. */
export const PATCHES = listOf(objectType(PATCH));

const ROOT = 'Object';

/** What an expression that applies a configuration has to give. */
export const CONFIGURATION = objectType(ROOT);

const OWN_TYPES: readonly TypeProvider[] = [typesOf(ADMISSION_REQUEST), typesOf(NAMESPACE)];

/** What expressions of admission are read against. */
export function policyEnvironment({ hasParams, isPolicy, isMutating = false, object }: PolicyScope, variables?: ReadonlyMap<string, CelType>): Environment {
  const base = isMutating ? KUBERNETES.withLibraries(JSON_PATCH) : KUBERNETES;
  return base.withVariables(
    {
      object: object?.type ?? DYN,
      oldObject: object?.type ?? DYN,
      request: ADMISSION_REQUEST.type,
      authorizer: AUTHORIZER,
      'authorizer.requestResource': RESOURCE_CHECK,
      ...(hasParams && { params: DYN }),
      ...(isPolicy && { namespaceObject: NAMESPACE.type, variables: objectType(VARIABLES) }),
    },
    {
      fields(name) {
        if (name === VARIABLES) return variables ?? new Map();
        if (isMutating && name === PATCH) return PATCH_FIELDS;
        if (isMutating && (name === ROOT || name.startsWith(`${ROOT}.`))) return ANY_FIELDS;
        return [...OWN_TYPES, ...(object ? [object.types] : [])].map((types) => types.fields(name)).find((fields) => fields !== undefined);
      },
      construct: (name, fields) => new MadeObject(name, fields),
    },
  );
}

/** Compiles variables, each of which sees those before it. */
export function compileVariables(variables: readonly NamedExpression[], scope: PolicyScope): { compiled: Map<string, CompiledExpression>; environment: Environment } {
  const types = new Map<string, CelType>();
  const compiled = new Map<string, CompiledExpression>();
  for (const { name, expression } of variables) {
    const result = compileExpression(expression, policyEnvironment(scope, new Map(types)), []);
    compiled.set(name, result);
    types.set(name, 'program' in result ? result.program.type : DYN);
  }
  return { compiled, environment: policyEnvironment(scope, types) };
}

/** The fields of objects that mutations make: any, of any type. Which of them a kind has is seen when one of it comes, since a policy may be about several kinds. */
class AnyFields extends Map<string, CelType> {
  override get(_name: string): CelType {
    return DYN;
  }
}

const ANY_FIELDS = new AnyFields();
