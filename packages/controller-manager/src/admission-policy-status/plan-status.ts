import type { admissionregistrationv1 } from '@typekube/api';
import type { CelType, TypedObject } from '@typekube/cel';
import type { DeepReadonly } from '@typekube/client';

export type Policy = DeepReadonly<admissionregistrationv1.ValidatingAdmissionPolicy>;
type Status = admissionregistrationv1.ValidatingAdmissionPolicyStatus;

/** A kind that a policy is about, and its types. */
export interface TypedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly object: TypedObject;
}

/** A resource that a policy names without wildcards. */
export interface NamedResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** As upstream: more are not checked. */
export const MAX_KINDS = 10;

/** The resources of a policy whose types can be known. */
export function namedResources({ spec }: Policy): NamedResource[] {
  const rules = spec?.matchConstraints?.resourceRules ?? [];
  const all = rules.flatMap(({ apiGroups = [], apiVersions = [], resources = [] }) =>
    apiGroups.flatMap((group) => apiVersions.flatMap((version) => resources.map((resource) => ({ group, version, resource })))),
  );
  return all.filter(({ group, version, resource }) => ![group, version, resource].some((each) => each.includes('*')) && !resource.includes('/'));
}

/** The status that a policy is to have; undefined if it has it. */
export function planStatus({ metadata, spec, status }: Policy, kinds: readonly TypedKind[]): Status | undefined {
  const generation = metadata.generation ?? 0;
  if (status?.observedGeneration === generation && status.typeChecking) return undefined;
  const warnings = new Map<string, string[]>();
  for (const kind of kinds) {
    for (const [fieldRef, problem] of problemsOf(spec, kind)) {
      const { group, version } = kind;
      const text = `${group ? `${group}/` : ''}${version}, Kind=${kind.kind}: ${problem}`;
      warnings.set(fieldRef, [...(warnings.get(fieldRef) ?? []), text]);
    }
  }
  const expressionWarnings = Array.from(warnings, ([fieldRef, texts]) => ({ fieldRef, warning: texts.join('\n') }));
  return { observedGeneration: generation, typeChecking: expressionWarnings.length ? { expressionWarnings } : {} };
}

function problemsOf(spec: Policy['spec'], { object }: TypedKind): (readonly [string, string])[] {
  const { BOOL, compileExpression, compileVariables, STRING } = cel();
  const variables = (spec?.variables ?? []).map(({ name, expression }) => ({ name, expression }));
  const { compiled, environment } = compileVariables(variables, { hasParams: spec?.paramKind !== undefined, isPolicy: true, object });
  const check = (text: string | undefined, types: readonly CelType[], at: string): (readonly [string, string])[] => {
    if (!text) return [];
    const result = compileExpression(text, environment, types);
    return 'problem' in result ? [[at, bare(result.problem)]] : [];
  };
  return [
    ...variables.flatMap(({ name }, i) => {
      const result = compiled.get(name);
      return result && 'problem' in result ? [[`spec.variables[${i}].expression`, bare(result.problem)] as const] : [];
    }),
    ...(spec?.validations ?? []).flatMap(({ expression, messageExpression }, i) => [
      ...check(expression, [BOOL], `spec.validations[${i}].expression`),
      ...check(messageExpression, [STRING], `spec.validations[${i}].messageExpression`),
    ]),
  ];
}

function bare(problem: string): string {
  return problem.replace(/^compilation failed: /, '');
}

/** Loaded with the first policy: most clusters have none. */
function cel(): typeof import('@typekube/cel') {
  return require('@typekube/cel') as typeof import('@typekube/cel');
}
