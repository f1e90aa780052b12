import type { Schema } from '@typekube/apimachinery';
import type { ServedVersion } from '../registry/resource-definition';
import { getSchema } from '../schemas/get-schema';

/** The schema by which objects of a version are decoded: that of its definition, or the built-in one of its name. */
export function schemaOf({ custom, schema }: ServedVersion): Schema {
  return custom?.schema ?? getSchema(schema);
}
