import { fieldErrorMessage } from '@typekube/apimachinery';
import type { apiextensionsv1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';
import { validateCustomResourceDefinition, validateCustomResourceDefinitionUpdate } from './validate';

type Spec = apiextensionsv1.CustomResourceDefinitionSpec;
type Version = apiextensionsv1.CustomResourceDefinitionVersion;
type Schema = apiextensionsv1.JSONSchemaProps;

const CONTEXT = { user: { name: 'u', groups: [] }, now: new Date(0) };

function version(fields: Partial<Version> = {}): Version {
  return { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } }, ...fields };
}

function definition(spec: Partial<Spec> = {}): apiextensionsv1.CustomResourceDefinition {
  const object: apiextensionsv1.CustomResourceDefinition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions: [version()], ...spec },
  };
  setDefaults(object);
  strategy.prepareForCreate?.(object, CONTEXT);
  return object;
}

const withSchema = (schema: Schema): apiextensionsv1.CustomResourceDefinition =>
  definition({ versions: [version({ schema: { openAPIV3Schema: schema } })] });
const withSpec = (spec: Schema): apiextensionsv1.CustomResourceDefinition =>
  withSchema({ type: 'object', properties: { spec } });
const AT = 'spec.validation.openAPIV3Schema';

describe('validateCustomResourceDefinition', () => {
  it('takes a small one, with names and storage version filled in', () => {
    const object = definition();
    expect(validateCustomResourceDefinition(object)).toEqual([]);
    expect(object.spec.names).toEqual({ plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' });
    expect(object.status).toEqual({ storedVersions: ['v1'] });
  });

  it.each<[string, Partial<Spec>, string[]]>([
    ['a scope of neither kind', { scope: 'Galaxy' }, ['spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"']],
    [
      'another name',
      { names: { plural: 'gadgets', kind: 'Gadget' } },
      ['metadata.name: Invalid value: "widgets.example.com": must be spec.names.plural+"."+spec.group'],
    ],
    ['no schema', { versions: [version({ schema: {} })] }, ['spec.versions[0].schema.openAPIV3Schema: Required value']],
    [
      'a column without a type',
      { versions: [version({ additionalPrinterColumns: [{ name: 'A', type: '', jsonPath: '.a' }] })] },
      ['spec.additionalPrinterColumns[0].type: Required value: must be one of boolean,date,integer,number,string'],
    ],
    [
      'replicas outside of the spec',
      { versions: [version({ subresources: { scale: { specReplicasPath: '.x', statusReplicasPath: '.status.r' } } })] },
      ['spec.subresources.scale.specReplicasPath: Invalid value: ".x": should be a json path under .spec'],
    ],
    [
      'a webhook without a client',
      { conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'] } } },
      ['spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook'],
    ],
    [
      'a selectable field that is not there',
      { versions: [version({ selectableFields: [{ jsonPath: '.spec.x' }] })] },
      ['spec.selectableFields[0].jsonPath: Invalid value: ".spec.x": is an invalid path: does not refer to a valid field'],
    ],
  ])('refuses %s', (_, spec, wanted) => {
    expect(validateCustomResourceDefinition(definition(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('names the version of a schema that the versions do not share', () => {
    const versions = [version(), version({ name: 'v2', storage: false, schema: { openAPIV3Schema: { type: 'array' } } })];
    expect(validateCustomResourceDefinition(definition({ versions })).map(fieldErrorMessage)).toEqual([
      'spec.versions[1].schema.openAPIV3Schema.items: Required value: must be specified',
      'spec.versions[1].schema.openAPIV3Schema.type: Invalid value: "array": must be object at the root',
    ]);
  });

  it.each<[string, apiextensionsv1.CustomResourceDefinition, string[]]>([
    ['no type at the root', withSchema({}), [`${AT}.type: Required value: must not be empty at the root`]],
    ['no type of a field', withSpec({}), [`${AT}.properties[spec].type: Required value: must not be empty for specified object fields`]],
    ['an unknown type', withSpec({ type: 'thing' }), [
      `${AT}.properties[spec].type: Unsupported value: "thing": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ]],
    ['a type within anyOf', withSpec({ type: 'string', anyOf: [{ type: 'string' }] }), [
      `${AT}.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural`,
    ]],
    ['an int-or-string', withSpec({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }), []],
    ['a restriction of what is not there', withSpec({ type: 'object', not: { properties: { a: { pattern: 'x' } } } }), [
      `${AT}.properties[spec].properties[a]: Required value: because it is defined in ${AT}.properties[spec].not.properties[a]`,
    ]],
    ['fields and a map', withSpec({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } }), [
      `${AT}.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`,
    ]],
    ['a reference', withSpec({ type: 'object', $ref: '#/x' }), [`${AT}.properties[spec].$ref: Forbidden: $ref is not supported`]],
    ['unique items', withSpec({ type: 'array', items: { type: 'string' }, uniqueItems: true }), [
      `${AT}.properties[spec].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
    ]],
    ['a pattern that is none', withSpec({ type: 'string', pattern: '(' }), [
      expect.stringContaining(`${AT}.properties[spec].pattern: Invalid value: "(": must be a valid regular expression, but isn't: `) as string,
    ]],
    ['a default in the metadata', withSchema({ type: 'object', properties: { metadata: { type: 'object', default: {} } } }), [
      `${AT}.properties[metadata].default: Forbidden: must not be set in top-level metadata`,
    ]],
    ['labels in the metadata', withSchema({ type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } }), [
      `${AT}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
    ]],
    ['a keyed list without keys', withSpec({ type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map' }), [
      `${AT}.properties[spec].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
    ]],
    ['an empty rule', withSpec({ type: 'object', 'x-kubernetes-validations': [{ rule: ' ' }] }), [
      `${AT}.properties[spec].x-kubernetes-validations[0].rule: Required value: rule is not specified`,
    ]],
  ])('schema with %s', (_, object, wanted) => {
    expect(validateCustomResourceDefinition(object).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('wants approval in groups of Kubernetes', () => {
    const object = definition({ group: 'x.k8s.io' });
    object.metadata.name = 'widgets.x.k8s.io';
    expect(validateCustomResourceDefinition(object).map(fieldErrorMessage)).toEqual([
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ]);
  });

  it('keeps scope and kind once it is established', () => {
    const old = definition();
    old.status = { ...old.status, conditions: [{ type: 'Established', status: 'True' }] };
    const changed = definition({ scope: 'Cluster' });
    expect(validateCustomResourceDefinitionUpdate(changed, old).map(fieldErrorMessage)).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
    ]);
    expect(validateCustomResourceDefinitionUpdate(changed, definition())).toEqual([]);
  });
});

describe('defaults', () => {
  const DEFAULT = `${AT}.properties[spec].properties[a].default`;
  it.each<[string, Schema, string[]]>([
    ['a value of the type', { type: 'string', default: 'x' as never }, []],
    ['another type', { type: 'string', default: 1 as never }, [`${DEFAULT}: Invalid value: "integer":  in body must be of type string: "integer"`]],
    ['a value that is none of those allowed', { type: 'string', enum: ['x'] as never, default: 'y' as never }, [`${DEFAULT}: Unsupported value: "y": supported values: "x"`]],
    ['an unknown field', { type: 'object', properties: { b: { type: 'string' } }, default: { c: 1 } as never }, [`${DEFAULT}: Invalid value: {"c":1}: must not have unknown fields`]],
    ['a wrong field', { type: 'object', properties: { b: { type: 'string' } }, default: { b: 1 } as never }, [`${DEFAULT}.b: Invalid value: "integer": b in body must be of type string: "integer"`]],
    [
      'a value that breaks a rule', { type: 'integer', default: 1 as never, 'x-kubernetes-validations': [{ rule: 'self > 5' }] },
      [`${DEFAULT}: Invalid value: 1: failed rule: self > 5`],
    ],
  ])('are held to the schema: %s', (_what, a, expected) => {
    expect(validateCustomResourceDefinition(withSpec({ type: 'object', properties: { a } })).map(fieldErrorMessage)).toEqual(expected);
  });
});

describe('formats', () => {
  const withFormats = (...formats: [string, string][]): apiextensionsv1.CustomResourceDefinition =>
    withSpec({ type: 'object', properties: Object.fromEntries(formats.map(([type, format], i) => [`f${i}`, { type, format }])) });

  it('that nobody checks are told of, once, and not again', () => {
    const object = withFormats(['string', 'zzz'], ['string', 'date-time'], ['string', 'password'], ['integer', 'int128'], ['integer', 'int32'], ['number', 'double'], ['boolean', 'x'], ['string', 'zzz']);
    expect(strategy.warningsOnCreate?.(object)).toEqual(['unrecognized format "zzz"', 'unrecognized format "int128"', 'unrecognized format "x"']);
    expect(strategy.warningsOnUpdate?.(object, withFormats(['string', 'zzz'], ['boolean', 'x']))).toEqual(['unrecognized format "int128"']);
  });
});
