import { fieldErrorMessage, FieldPath, formatTime } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../types';
import { approvalCondition } from './api-approval';
import { validateStructural } from './schema/structural';

type Definition = apiextensionsv1.CustomResourceDefinition;
type Condition = apiextensionsv1.CustomResourceDefinitionCondition;
type Names = Partial<apiextensionsv1.CustomResourceDefinitionNames>;
type Status = apiextensionsv1.CustomResourceDefinitionStatus;

/** What a definition's status says of its condition. */
export function isDefinitionCondition(definition: Definition, type: string): boolean {
  return definition.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** Sets a condition, in place of that of the same type; its time changes with its status only. */
export function withDefinitionCondition(conditions: readonly Condition[], condition: Condition, now: Date): Condition[] {
  const old = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime = old && old.status === condition.status ? old.lastTransitionTime : formatTime(now);
  const set: Condition = { ...condition, ...(lastTransitionTime && { lastTransitionTime }) };
  return old ? conditions.map((each) => (each === old ? set : each)) : [...conditions, set];
}

/**
 * The status of a definition as its names, its schemas and its approval call for (upstream's naming, establishing, nonstructuralschema and apiapproval
 * controllers).
 *
 * @param others all definitions of the group.
 */
export function planDefinitionStatus(definition: Definition, others: readonly Definition[], now: Date): Status {
  const { names, conflict } = acceptNames(definition, others);
  const old = definition.status?.conditions ?? [];
  const set = (conditions: readonly Condition[], condition: Condition | undefined): Condition[] => {
    return condition ? withDefinitionCondition(conditions, condition, now) : [...conditions];
  };
  const accepted: Condition = conflict ?? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  let conditions = set(old, accepted);
  conditions = set(conditions, establishedCondition(definition, conflict === undefined));
  const nonStructural = nonStructuralCondition(definition);
  conditions = nonStructural ? set(conditions, nonStructural) : conditions.filter(({ type }) => type !== 'NonStructuralSchema');
  conditions = set(conditions, approvalCondition(definition));
  return { ...definition.status, acceptedNames: names, conditions };
}

/** Once established, it stays so. */
function establishedCondition(definition: Definition, namesAccepted: boolean): Condition | undefined {
  if (isDefinitionCondition(definition, 'Established')) return undefined;
  if (!namesAccepted) return { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
  return { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' };
}

interface Acceptance {
  readonly names: apiextensionsv1.CustomResourceDefinitionNames;
  readonly conflict: Condition | undefined;
}

/** Names that no other definition of the group has been given; a name that cannot be had leaves the one that was accepted before. */
function acceptNames(definition: Definition, others: readonly Definition[]): Acceptance {
  const requested = definition.spec.names;
  const accepted: Names = definition.status?.acceptedNames ?? {};
  const taken = others.filter(({ metadata }) => metadata.name !== definition.metadata.name).map(({ status }): Names => status?.acceptedNames ?? {});
  const resources = new Set(taken.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]).filter(Boolean));
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]).filter(Boolean));
  const problems: { reason: string; message: string }[] = [];
  const take = <T extends string | undefined>(name: T, before: T, used: ReadonlySet<string | undefined>, reason: string): T => {
    if (name === before || !used.has(name)) return name;
    problems.push({ reason, message: `${JSON.stringify(name)} is already in use` });
    return before;
  };
  const plural = take(requested.plural, accepted.plural ?? '', resources, 'PluralConflict');
  const singular = take(requested.singular, accepted.singular, resources, 'SingularConflict');
  const clashing = (requested.shortNames ?? []).filter((name) => !accepted.shortNames?.includes(name) && resources.has(name));
  if (clashing.length) {
    const texts = clashing.map((name) => `${JSON.stringify(name)} is already in use`);
    problems.push({ reason: 'ShortNamesConflict', message: texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]` });
  }
  const kind = take(requested.kind, accepted.kind ?? '', kinds, 'KindConflict');
  const listKind = take(requested.listKind, accepted.listKind, kinds, 'ListKindConflict');
  const shortNames = clashing.length ? accepted.shortNames : requested.shortNames;
  const { categories } = requested;
  const names = {
    plural,
    ...(singular && { singular }),
    ...(shortNames?.length && { shortNames }),
    kind,
    ...(listKind && { listKind }),
    ...(categories?.length && { categories }),
  };
  const last = problems.at(-1);
  return { names, conflict: last && { type: 'NamesAccepted', status: 'False', ...last } };
}

/** Definitions of old may have schemas that would not be taken today. */
function nonStructuralCondition({ spec }: Definition): Condition | undefined {
  const violations = spec.versions.flatMap(({ schema }, i) => {
    const path = FieldPath.of('spec', 'versions').index(i).child('schema', 'openAPIV3Schema');
    return schema?.openAPIV3Schema ? validateStructural(schema.openAPIV3Schema, path) : [];
  });
  if (!violations.length) return undefined;
  const texts = violations.map(fieldErrorMessage);
  return { type: 'NonStructuralSchema', status: 'True', reason: 'Violations', message: texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]` };
}
