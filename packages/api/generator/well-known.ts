/**
 * Definitions that are no structs: text forms, unions, raw JSON. Neither input package describes them as upstream's
 * OpenAPI document does, so they stand here.
 */
export interface WellKnown {
  readonly name: string;
  /** How OpenAPI shows it, besides the description. */
  readonly openapi: { readonly type?: string; readonly format?: string };
  /** The type and format of apimachinery's schema. */
  readonly schema: string;
  /** Its TypeScript type. */
  readonly typescript: string;
  readonly description: string;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
export const TIME = `${META}.Time`;
export const MICRO_TIME = `${META}.MicroTime`;
export const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

const JSON_VALUE = { openapi: {}, schema: 'any', typescript: 'unknown' };

export const WELL_KNOWN: readonly WellKnown[] = [
  { name: QUANTITY, openapi: { type: 'string' }, schema: 'string:quantity', typescript: 'string', description: '' },
  { name: INT_OR_STRING, openapi: { type: 'string', format: 'int-or-string' }, schema: 'int-or-string', typescript: 'number | string', description: '' },
  { name: TIME, openapi: { type: 'string', format: 'date-time' }, schema: 'string:date-time', typescript: 'string', description: '' },
  { name: MICRO_TIME, openapi: { type: 'string', format: 'date-time' }, schema: 'string:micro-time', typescript: 'string', description: '' },
  { name: RAW_EXTENSION, openapi: { type: 'object' }, schema: 'raw', typescript: 'Record<string, unknown>', description: '' },
  { name: `${META}.FieldsV1`, openapi: { type: 'object' }, schema: 'raw', typescript: 'Record<string, unknown>', description: '' },
  { name: `${META}.Patch`, openapi: { type: 'object' }, schema: 'raw', typescript: 'Record<string, unknown>', description: '' },
  { name: `${APIEXTENSIONS}.JSON`, ...JSON_VALUE, description: '' },
  { name: `${APIEXTENSIONS}.JSONSchemaPropsOrArray`, ...JSON_VALUE, description: '' },
  { name: `${APIEXTENSIONS}.JSONSchemaPropsOrBool`, ...JSON_VALUE, description: '' },
  { name: `${APIEXTENSIONS}.JSONSchemaPropsOrStringArray`, ...JSON_VALUE, description: '' },
];
