/**
 * Definitions that are no structs: text forms, unions, raw JSON. Neither input package describes them as upstream's
 * OpenAPI document does, so they stand here.
 */
interface WellKnown {
  readonly name: string;
  /** The type and format of apimachinery's schema. */
  readonly schema: string;
  /** Its TypeScript type. */
  readonly typescript: string;
  readonly description: string;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
export const TIME = `${META}.Time`;
export const MICRO_TIME = `${META}.MicroTime`;
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

const JSON_VALUE = { schema: 'any', typescript: 'unknown' };
const RAW = { schema: 'raw', typescript: 'Record<string, unknown>' };

export const WELL_KNOWN: readonly WellKnown[] = [
  {
    name: QUANTITY,
    schema: 'string:quantity',
    typescript: 'string',
    description:
      'Quantity is a fixed-point number with an optional suffix, as text: a binary one (Ki, Mi, Gi, Ti, Pi, Ei), a ' +
      'decimal one (n, u, m, k, M, G, T, P, E) or an exponent (e3, E3). It is exact, never a floating point number. No ' +
      'quantity exceeds 2^63-1 in magnitude, and no more than three decimal places are kept: smaller parts are rounded ' +
      'up.\n\nBefore it is written it takes its canonical form: no precision is lost, no fractional digits are written,' +
      ' and the exponent (or suffix) is as large as possible. So 1.5 becomes "1500m" and 1.5Gi becomes "1536Mi".',
  },
  {
    name: INT_OR_STRING,
    schema: 'int-or-string',
    typescript: 'number | string',
    description:
      'IntOrString holds an int32 or a string. In JSON and YAML it is the one or the other, so a field of this type can' +
      ' take a name or a number.',
  },
  {
    name: TIME,
    schema: 'string:date-time',
    typescript: 'string',
    description: 'Time is a point in time with a precision of seconds, as RFC 3339 text.',
  },
  {
    name: MICRO_TIME,
    schema: 'string:micro-time',
    typescript: 'string',
    description: 'MicroTime is version of Time with microsecond level precision.',
  },
  {
    name: RAW_EXTENSION,
    ...RAW,
    description:
      "RawExtension holds an object of a kind that the containing type does not know. It travels as that object's own " +
      'JSON, with its apiVersion and kind.',
  },
  {
    name: `${META}.FieldsV1`,
    ...RAW,
    description:
      "FieldsV1 is a set of fields as a trie in JSON. A key is '.' for the field itself, 'f:NAME' for a field of a " +
      "struct or a key of a map, 'v:VALUE' for an item of a list by its exact JSON, 'i:INDEX' for one by its place, or " +
      "'k:KEYS' for one by its key fields. An empty value means that the key's field is in the set.\n\nThe exact format" +
      ' is that of sigs.k8s.io/structured-merge-diff.',
  },
  {
    name: `${META}.Patch`,
    ...RAW,
    description: 'Patch is the body of a PATCH request, in the form that its content type names.',
  },
  {
    name: `${APIEXTENSIONS}.JSON`,
    ...JSON_VALUE,
    description: 'JSON is any JSON value: a boolean, a number, a string, a list, an object or null.',
  },
  {
    name: `${APIEXTENSIONS}.JSONSchemaPropsOrArray`,
    ...JSON_VALUE,
    description: 'JSONSchemaPropsOrArray is a JSONSchemaProps or a list of them.',
  },
  {
    name: `${APIEXTENSIONS}.JSONSchemaPropsOrBool`,
    ...JSON_VALUE,
    description: 'JSONSchemaPropsOrBool is a JSONSchemaProps or a boolean. Absent, the boolean is true.',
  },
  {
    name: `${APIEXTENSIONS}.JSONSchemaPropsOrStringArray`,
    ...JSON_VALUE,
    description: 'JSONSchemaPropsOrStringArray is a JSONSchemaProps or a list of strings.',
  },
];
