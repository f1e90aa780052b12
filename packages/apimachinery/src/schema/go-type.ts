import type { Schema } from './schema';

/** The name of the Go struct behind a named schema: `DeploymentSpec` for `io.k8s.api.apps.v1.DeploymentSpec`. */
export function goStructName(schema: Schema): string | undefined {
  return schema.name?.slice(schema.name.lastIndexOf('.') + 1);
}

/** The Go type of a schema as Go prints it: `int32`, `[]v1.Container`, `map[string]string`. */
export function goTypeName(schema: Schema): string {
  if (schema.goType) return schema.goType;
  if (schema.name) return schema.name.split('.').slice(-2).join('.');
  switch (schema.type) {
    case 'string':
      return goStringType(schema);
    case 'integer':
      return schema.format === 'int32' ? 'int32' : 'int64';
    case 'number':
      return schema.format === 'float' ? 'float32' : 'float64';
    case 'boolean':
      return 'bool';
    case 'int-or-string':
      return 'intstr.IntOrString';
    case 'array':
      return `[]${schema.items ? goTypeName(schema.items) : 'interface {}'}`;
    case 'object':
      return schema.additionalProperties ? goMapType(schema.additionalProperties) : 'struct {}';
    case 'any':
      return 'interface {}';
  }
}

/** Nearly all maps of quantities are of one named type. */
function goMapType(element: Schema): string {
  return element.format === 'quantity' ? 'v1.ResourceList' : `map[string]${goTypeName(element)}`;
}

function goStringType(schema: Schema): string {
  switch (schema.format) {
    case 'byte':
      return '[]uint8';
    case 'quantity':
      return 'resource.Quantity';
    case 'date-time':
      return 'v1.Time';
    case 'micro-time':
      return 'v1.MicroTime';
    case 'duration':
      return 'v1.Duration';
    default:
      return 'string';
  }
}

/** How Go's decoder names the kind of a JSON value. */
export function goValueKind(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
    case 'bigint':
      return 'number';
    default:
      return Array.isArray(value) ? 'array' : 'object';
  }
}
