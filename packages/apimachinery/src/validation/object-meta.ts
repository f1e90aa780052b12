import { type FieldError, forbidden, invalid, required, tooLong } from '../errors/field-error';
import type { FieldPath } from '../errors/field-path';
import { groupVersionKindOf, groupVersionKindText } from '../gvk/group-version';
import type { ObjectMeta, OwnerReference } from '../meta/types';
import { goQuote } from '../text/go-quote';
import { isQualifiedName } from './label-names';
import { validateLabels } from './labels';
import { validateManagedFields } from './managed-fields';
import { byteLength } from './messages';
import { nameIsDNSLabel, type NameValidator } from './names';
import { semanticEqual } from './semantic-equal';

/** All keys and values of the annotations of one object together. */
export const TOTAL_ANNOTATION_SIZE_LIMIT_BYTES = 256 * 1024;
export const FIELD_IMMUTABLE_MESSAGE = 'field is immutable';
export const FINALIZER_ORPHAN_DEPENDENTS = 'orphan';
export const FINALIZER_DELETE_DEPENDENTS = 'foregroundDeletion';

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  readonly validateName: NameValidator;
}

/** Checks the metadata of an object to be created, after its name was generated. (validation.ValidateObjectMeta) */
export function validateObjectMeta(meta: ObjectMeta, rules: ObjectMetaRules, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { generateName } = meta;
  if (generateName) {
    const problems = rules.validateName(generateName, true);
    errors.push(...problems.map((problem) => invalid(path.child('generateName'), generateName, problem)));
  }
  errors.push(...validateOwnName(meta, rules.validateName, path.child('name')));
  errors.push(...validateNamespace(meta, rules.namespaced, path.child('namespace')));
  errors.push(...validateNonNegative(meta.generation ?? 0, path.child('generation')));
  errors.push(...validateCommon(meta, path));
  return errors;
}

/** Checks what an update may do to metadata. (validation.ValidateObjectMetaUpdate) */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp) errors.push(...validateNoNewFinalizers(meta.finalizers, old.finalizers, path.child('finalizers')));
  if (!meta.resourceVersion) {
    errors.push(invalid(path.child('resourceVersion'), meta.resourceVersion ?? '', 'must be specified for an update'));
  }
  if ((meta.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid(path.child('generation'), meta.generation ?? 0, 'must not be decremented'));
  }
  for (const field of ['name', 'namespace', 'uid'] as const) {
    errors.push(...validateImmutableField(meta[field] ?? '', old[field] ?? '', path.child(field)));
  }
  for (const field of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    errors.push(...validateImmutableField(meta[field], old[field], path.child(field)));
  }
  errors.push(...validateCommon(meta, path));
  return errors;
}

function validateCommon(meta: ObjectMeta, path: FieldPath): FieldError[] {
  return [
    ...validateLabels(meta.labels, path.child('labels')),
    ...validateAnnotations(meta.annotations, path.child('annotations')),
    ...validateOwnerReferences(meta.ownerReferences, path.child('ownerReferences')),
    ...validateFinalizers(meta.finalizers, path.child('finalizers')),
    ...validateManagedFields(meta.managedFields, path.child('managedFields')),
  ];
}

function validateOwnName({ name }: ObjectMeta, validateName: NameValidator, path: FieldPath): FieldError[] {
  if (!name) return [required(path, 'name or generateName is required')];
  return validateName(name, false).map((problem) => invalid(path, name, problem));
}

function validateNamespace({ namespace }: ObjectMeta, namespaced: boolean, path: FieldPath): FieldError[] {
  if (!namespaced) return namespace ? [forbidden(path, 'not allowed on this type')] : [];
  if (!namespace) return [required(path)];
  return nameIsDNSLabel(namespace, false).map((problem) => invalid(path, namespace, problem));
}

/** Keys are label keys in any case; there is a limit to the size of all together. */
export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const problem of isQualifiedName(key.toLowerCase())) errors.push(invalid(path, key, problem));
    size += byteLength(key) + byteLength(value);
  }
  if (size > TOTAL_ANNOTATION_SIZE_LIMIT_BYTES) errors.push(tooLong(path, TOTAL_ANNOTATION_SIZE_LIMIT_BYTES));
  return errors;
}

/** Each reference must be complete; at most one owner is the controller; an Event owns nothing. */
export function validateOwnerReferences(references: readonly OwnerReference[] | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const reference of references ?? []) {
    errors.push(...validateOwnerReference(reference, path));
    if (!reference.controller) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (!controller) {
      controller = name;
      continue;
    }
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
    errors.push(invalid(path, references, detail));
  }
  return errors;
}

function validateOwnerReference(reference: OwnerReference, path: FieldPath): FieldError[] {
  const kind = groupVersionKindOf(reference);
  const errors: FieldError[] = [];
  if (!kind.version) errors.push(invalid(path.child('apiVersion'), reference.apiVersion ?? '', 'version must not be empty'));
  for (const field of ['kind', 'name', 'uid'] as const) {
    if (!reference[field]) errors.push(invalid(path.child(field), reference[field] ?? '', 'must not be empty'));
  }
  if (kind.group === '' && kind.version === 'v1' && kind.kind === 'Event') {
    errors.push(invalid(path, reference, `${groupVersionKindText(kind)} is disallowed from being an owner`));
  }
  return errors;
}

/** Each name is a qualified name; dependents are either orphaned or deleted first, not both. */
export function validateFinalizers(finalizers: readonly string[] | undefined, path: FieldPath): FieldError[] {
  const errors = (finalizers ?? []).flatMap((name) => isQualifiedName(name).map((problem) => invalid(path, name, problem)));
  if (finalizers?.includes(FINALIZER_ORPHAN_DEPENDENTS) && finalizers.includes(FINALIZER_DELETE_DEPENDENTS)) {
    const detail = `finalizer ${FINALIZER_ORPHAN_DEPENDENTS} and ${FINALIZER_DELETE_DEPENDENTS} cannot be both set`;
    errors.push(invalid(path, finalizers, detail));
  }
  return errors;
}

/** An object that is being deleted takes no further finalizers. */
export function validateNoNewFinalizers(
  finalizers: readonly string[] | undefined,
  old: readonly string[] | undefined,
  path: FieldPath,
): FieldError[] {
  const extra = [...new Set(finalizers)].filter((name) => !old?.includes(name)).sort();
  if (!extra.length) return [];
  const list = `[]string{${extra.map(goQuote).join(', ')}}`;
  return [forbidden(path, `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`)];
}

/** The values must mean the same. */
export function validateImmutableField(value: unknown, old: unknown, path: FieldPath): FieldError[] {
  return semanticEqual(value, old) ? [] : [invalid(path, value, FIELD_IMMUTABLE_MESSAGE)];
}

export function validateNonNegative(value: number, path: FieldPath): FieldError[] {
  return value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}
