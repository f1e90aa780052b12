import { type FieldError, fieldErrorMessage } from '../errors/field-error';
import { validateDeleteOptions, validatePatchOptions, validateWriteOptions } from './request-options';

const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

it.each<[FieldError[], string[]]>([
  [validateWriteOptions({}), []],
  [validateWriteOptions({ dryRun: ['All'], fieldManager: 'kubectl', fieldValidation: 'Strict' }), []],
  [validateWriteOptions({ dryRun: ['Some'] }), ['dryRun: Unsupported value: ["Some"]: supported values: "All"']],
  [
    validateWriteOptions({ fieldValidation: 'Loose' }),
    ['fieldValidation: Unsupported value: "Loose": supported values: "", "Ignore", "Strict", "Warn"'],
  ],
  [validateWriteOptions({ fieldManager: 'x'.repeat(129) }), ['fieldManager: Too long: may not be more than 128 bytes']],
  [validateWriteOptions({ fieldManager: 'ä\n' }), ['fieldManager: Invalid value: "ä\\n": invalid character U+000A (at position 2)']],
  [validatePatchOptions({ force: true }, MERGE), ['force: Forbidden: may not be specified for non-apply patch']],
  [validatePatchOptions({}, APPLY), ['fieldManager: Required value: is required for apply patch']],
  [validatePatchOptions({ force: true, fieldManager: 'me' }, APPLY), []],
  [validateDeleteOptions({}), []],
  [validateDeleteOptions({ propagationPolicy: 'Orphan', dryRun: ['All'] }), []],
  [
    validateDeleteOptions({ propagationPolicy: 'Orphan', orphanDependents: true }),
    ['propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set'],
  ],
  [
    validateDeleteOptions({ propagationPolicy: 'Sideways' }),
    ['propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"'],
  ],
])('%#', (errors, want) => {
  expect(errors.map(fieldErrorMessage)).toEqual(want);
});
