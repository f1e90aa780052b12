import type { FieldKey } from './field-key';
import { below, type FieldSet, type FieldSetDraft, isMember, LEAF, SELF, withSelf } from './field-set';
import { DEDUCED, type FieldType } from './field-type';

/** The set with every declared field in it that has others below it in the set. */
export function withDeclaredFields(type: FieldType, set: FieldSet | undefined): FieldSet | undefined {
  return set && declaredWithin(type, set);
}

function declaredWithin(type: FieldType | undefined, set: FieldSet): FieldSet {
  const out: FieldSetDraft = {};
  for (const key in set) {
    const node = set[key]!;
    const children = below(node);
    if (key === SELF || !children) {
      out[key] = node;
      continue;
    }
    const isDeclared = key.startsWith('f:') && type?.map?.fields.has(key.slice(2)) === true;
    const inner = declaredWithin(childType(type, key), children);
    out[key] = isDeclared || isMember(node) ? withSelf(inner) : inner;
  }
  return out;
}

function childType(type: FieldType | undefined, key: FieldKey): FieldType | undefined {
  if (key.startsWith('f:')) return type?.map && (type.map.fields.get(key.slice(2))?.type ?? type.map.element);
  return type?.list?.element;
}

/**
 * What the set is now that the schema says other than when it was written that a list or map is one field: who had fields in it has it as a whole. The same
 * set where that is not so. (typed.ReconcileFieldSetWithSchema)
 */
export function reconcileWithType(type: FieldType, set: FieldSet | undefined): FieldSet | undefined {
  return set && reconcileChildren(type, set);
}

function reconcileChildren(type: FieldType, set: FieldSet): FieldSet {
  let out: FieldSetDraft | undefined;
  for (const key in set) {
    if (key === SELF) continue;
    const node = set[key]!;
    const inner = childType(type, key);
    const reconciled = inner ? reconcileNode(inner, node) : node;
    if (reconciled !== node) (out ??= { ...set })[key] = reconciled;
  }
  return out ?? set;
}

function reconcileNode(type: FieldType, node: FieldSet): FieldSet {
  if (!hasChildren(node)) return node;
  const { map, list } = type;
  if (map) {
    if (map.fields.size === 0 && map.element === DEDUCED) return node;
    return map.atomic ? LEAF : reconcileChildren(type, node);
  }
  if (!list || type.scalar) return node;
  return list.relation === 'atomic' ? LEAF : reconcileChildren(type, node);
}

function hasChildren(node: FieldSet): boolean {
  for (const key in node) if (key !== SELF) return true;
  return false;
}
