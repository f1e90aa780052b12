import type { FieldError } from '../errors/field-error';
import { validateEmbedded } from './embedded';
import type { JsonSchema } from './json-schema';
import { validateListTypes } from './list-types';
import { compileValidation } from './validate';

export type { JsonSchema } from './json-schema';
export { formatCheck } from './formats';
export { pruneUnknownFields, type PruneReporter } from './prune';
export { setStructuralDefaults } from './defaults';

/** Compiles all rules of a custom resource's schema. `old` is the object before an update: what has not changed since is not judged anew. */
export function compileStructuralValidation(schema: JsonSchema): (object: object, old?: object) => FieldError[] {
  const check = compileValidation(schema);
  return (object, old) => [...check(object, old, '').errors, ...validateEmbedded(object, schema), ...validateListTypes(object, schema, old)];
}
