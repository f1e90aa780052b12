import { type FieldError, forbidden, invalid, notSupported, required } from '../errors/field-error';
import { FieldPath } from '../errors/field-path';
import { validateFieldManager } from './managed-fields';

/** What a write request may ask for beside its body, as metav1.CreateOptions, UpdateOptions and PatchOptions. */
export interface WriteOptions {
  readonly dryRun?: readonly string[];
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
}

export interface PatchOptions extends WriteOptions {
  readonly force?: boolean;
}

/** What a delete request may ask for, as metav1.DeleteOptions. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
  readonly dryRun?: readonly string[];
}

const FIELD_VALIDATIONS: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];
const PROPAGATION_POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** Checks the options of a create or an update. (metav1 validation.ValidateCreateOptions, ValidateUpdateOptions) */
export function validateWriteOptions({ fieldManager = '', dryRun = [], fieldValidation = '' }: WriteOptions): FieldError[] {
  return [
    ...validateFieldManager(fieldManager, FieldPath.of('fieldManager')),
    ...validateDryRun(dryRun, FieldPath.of('dryRun')),
    ...validateFieldValidation(fieldValidation, FieldPath.of('fieldValidation')),
  ];
}

/**
 * Checks the options of a patch: only an apply may be forced, and it must name its manager. (metav1
 * validation.ValidatePatchOptions)
 */
export function validatePatchOptions(options: PatchOptions, patchType: string): FieldError[] {
  const errors: FieldError[] = [];
  const isApply = patchType === 'application/apply-patch+yaml' || patchType === 'application/apply-patch+cbor';
  if (isApply && !options.fieldManager) errors.push(required(FieldPath.of('fieldManager'), 'is required for apply patch'));
  if (!isApply && options.force !== undefined) {
    errors.push(forbidden(FieldPath.of('force'), 'may not be specified for non-apply patch'));
  }
  return [...errors, ...validateWriteOptions(options)];
}

/** Checks the options of a delete. (metav1 validation.ValidateDeleteOptions) */
export function validateDeleteOptions({ orphanDependents, propagationPolicy, dryRun = [] }: DeleteOptions): FieldError[] {
  const path = FieldPath.of('propagationPolicy');
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    errors.push(invalid(path, propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'));
  }
  if (propagationPolicy !== undefined && !PROPAGATION_POLICIES.includes(propagationPolicy)) {
    errors.push(notSupported(path, propagationPolicy, [...PROPAGATION_POLICIES, 'nil']));
  }
  return [...errors, ...validateDryRun(dryRun, FieldPath.of('dryRun'))];
}

/** `All` is the only kind of dry run. */
export function validateDryRun(dryRun: readonly string[], path: FieldPath): FieldError[] {
  return dryRun.every((value) => value === 'All') ? [] : [notSupported(path, dryRun, ['All'])];
}

export function validateFieldValidation(fieldValidation: string, path: FieldPath): FieldError[] {
  return FIELD_VALIDATIONS.includes(fieldValidation) ? [] : [notSupported(path, fieldValidation, FIELD_VALIDATIONS)];
}
