import type { JsonSchema } from '@typekube/apimachinery';

/** A rule of `x-kubernetes-validations`. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/** A structural schema with its rules. */
export interface RuleSchema extends JsonSchema {
  readonly properties?: Readonly<Record<string, RuleSchema>>;
  readonly allOf?: readonly RuleSchema[];
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
  readonly 'x-kubernetes-map-type'?: string;
}

export function itemsOf({ items }: RuleSchema): RuleSchema | undefined {
  return isSchema(items) ? items : undefined;
}

export function valuesOf({ additionalProperties }: RuleSchema): RuleSchema | undefined {
  return isSchema(additionalProperties) ? additionalProperties : undefined;
}

function isSchema(value: unknown): value is RuleSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether there is a rule anywhere in a schema. */
export function hasRules(schema: RuleSchema): boolean {
  if (schema['x-kubernetes-validations']?.length) return true;
  const parts = [...Object.values(schema.properties ?? {}), ...(schema.allOf ?? []), itemsOf(schema), valuesOf(schema)];
  return parts.some((part) => part !== undefined && hasRules(part));
}
