import fc from 'fast-check';
import { parseJson } from '../json/parse';
import { canonicalQuantity } from '../quantity/quantity';
import { convertObject, decodeObject } from './decode';
import { DecodeError } from './decode-error';
import type { Schema } from './schema';

fc.configureGlobal({ seed: 36 });

const string: Schema = { type: 'string' };
const strings: Schema = { type: 'object', additionalProperties: string };

const meta: Schema = {
  type: 'object',
  name: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
  properties: {
    name: string,
    labels: strings,
    finalizers: { type: 'array', items: string },
    creationTimestamp: { type: 'string', format: 'date-time' },
    generation: { type: 'integer', format: 'int64' },
  },
};

const container: Schema = {
  type: 'object',
  name: 'io.k8s.api.core.v1.Container',
  required: ['name'],
  properties: {
    name: string,
    image: string,
    args: { type: 'array', items: string },
    limits: { type: 'object', additionalProperties: { type: 'string', format: 'quantity' } },
    ports: {
      type: 'array',
      items: {
        type: 'object',
        name: 'io.k8s.api.core.v1.ContainerPort',
        required: ['containerPort'],
        properties: { containerPort: { type: 'integer', format: 'int32' }, target: { type: 'int-or-string' } },
      },
    },
  },
};

const spec: Schema = {
  type: 'object',
  name: 'io.k8s.api.apps.v1.DeploymentSpec',
  required: ['selector', 'containers', 'limit'],
  properties: {
    replicas: { type: 'integer', format: 'int32' },
    paused: { type: 'boolean' },
    ratio: { type: 'number', format: 'double' },
    limit: { type: 'string', format: 'quantity' },
    period: { type: 'string', format: 'duration' },
    renewTime: { type: 'string', format: 'micro-time' },
    selector: strings,
    containers: { type: 'array', items: container },
    raw: { type: 'object', preserveUnknownFields: true },
    open: { type: 'object', preserveUnknownFields: true, properties: { count: { type: 'integer', format: 'int32' } } },
    any: { type: 'any' },
    emptyDir: { type: 'object', properties: {} },
    extra: { type: 'object', additionalProperties: { type: 'array', items: string } },
  },
};

const deployment: Schema = {
  type: 'object',
  name: 'io.k8s.api.apps.v1.Deployment',
  properties: {
    apiVersion: string,
    kind: string,
    metadata: meta,
    spec,
    data: { type: 'object', additionalProperties: { type: 'string', format: 'byte' } },
    condition: {
      type: 'object',
      name: 'io.k8s.apimachinery.pkg.apis.meta.v1.Condition',
      required: ['type', 'ready', 'count', 'lastTransitionTime', 'port', 'observed', 'hash', 'wait', 'list'],
      properties: {
        type: string,
        ready: { type: 'boolean' },
        count: { type: 'integer', format: 'int64' },
        lastTransitionTime: { type: 'string', format: 'date-time' },
        port: { type: 'int-or-string' },
        observed: { type: 'string', format: 'micro-time' },
        hash: { type: 'string', format: 'byte' },
        wait: { type: 'string', format: 'duration' },
        list: { type: 'array', items: string },
      },
    },
  },
};

const decode = (text: string, schema = deployment) => decodeObject(schema, parseJson(text));
const inSpec = (fields: string) => `{"spec":{"selector":{},"containers":[],"limit":"1",${fields}}}`;

describe('decodeObject', () => {
  it.each([
    [inSpec('"replicas":"3"'), 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [
      inSpec('"replicas":1.5'),
      'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      inSpec('"replicas":2147483648'),
      'json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [inSpec('"replicas":[]'), 'json: cannot unmarshal array into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [inSpec('"replicas":true'), 'json: cannot unmarshal bool into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [inSpec('"paused":1'), 'json: cannot unmarshal number into Go struct field DeploymentSpec.spec.paused of type bool'],
    [inSpec('"ratio":"1"'), 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.ratio of type float64'],
    [
      '{"metadata":{"generation":-9223372036854775808,"name":{}}}',
      'json: cannot unmarshal object into Go struct field ObjectMeta.metadata.name of type string',
    ],
    [
      '{"metadata":{"labels":{"a":1}}}',
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      '{"metadata":{"labels":[]}}',
      'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      '{"metadata":{"finalizers":"a"}}',
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.finalizers of type []string',
    ],
    [
      '{"spec":{"containers":{}}}',
      'json: cannot unmarshal object into Go struct field DeploymentSpec.spec.containers of type []v1.Container',
    ],
    [
      '{"spec":{"containers":["a"]}}',
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.containers of type v1.Container',
    ],
    [
      '{"spec":{"containers":[{"name":true}]}}',
      'json: cannot unmarshal bool into Go struct field Container.spec.containers.name of type string',
    ],
    [
      '{"spec":{"containers":[{"ports":[{"containerPort":"80"}]}]}}',
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    ['{"kind":1}', 'json: cannot unmarshal number into Go struct field Deployment.kind of type string'],
    ['{"spec":"x"}', 'json: cannot unmarshal string into Go struct field Deployment.spec of type v1.DeploymentSpec'],
    ['"x"', 'json: cannot unmarshal string into Go value of type v1.Deployment'],
    ['{"kind":1,"spec":"x"}', 'json: cannot unmarshal number into Go struct field Deployment.kind of type string'],
    ['{"spec":{"containers":[{"ports":[{"target":true}]}]}}', 'json: cannot unmarshal bool into Go value of type int32'],
    ['{"spec":{"containers":[{"ports":[{"target":1.5}]}]}}', 'json: cannot unmarshal number 1.5 into Go value of type int32'],
    ['{"metadata":{"creationTimestamp":5}}', 'json: cannot unmarshal number into Go value of type string'],
    ['{"data":{"a":"abc"}}', 'illegal base64 data at input byte 0'],
    ['{"data":{"a":"abcd?"}}', 'illegal base64 data at input byte 4'],
    ['{"data":{"a":1}}', 'json: cannot unmarshal number into Go struct field Deployment.data of type []uint8'],
    [inSpec('"limit":true'), "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['{"kind":1,"metadata":{"creationTimestamp":5}}', 'json: cannot unmarshal number into Go value of type string'],
  ])('refuses %s', (text, message) => {
    expect(() => decode(text)).toThrow(new DecodeError(message));
  });

  it.each([
    ['{"metadata":{"creationTimestamp":"yesterday"}}'],
    ['{"metadata":{"creationTimestamp":"2023-02-29T00:00:00Z"}}'],
    [inSpec('"limit":"1Z"')],
    [inSpec('"period":"soon"')],
    [inSpec('"renewTime":"soon"')],
  ])('refuses %s with a DecodeError', (text) => {
    expect(() => decode(text)).toThrow(DecodeError);
  });

  it.each([
    ['null fields are dropped', '{"kind":null,"spec":null,"metadata":{"name":"a","labels":null}}', { metadata: { name: 'a' } }],
    [
      'null elements become zero',
      '{"metadata":{"labels":{"a":null},"finalizers":[null,"b"]}}',
      { metadata: { labels: { a: '' }, finalizers: ['', 'b'] } },
    ],
    ['a null object element', '{"spec":{"limit":1,"containers":[null]}}', { spec: { limit: '1', containers: [{ name: '' }] } }],
    [
      'null quantities and arrays in maps',
      inSpec('"extra":{"a":null}'),
      { spec: { selector: {}, containers: [], limit: '1', extra: { a: [] } } },
    ],
    ['omitempty', '{"metadata":{"labels":{},"finalizers":[]},"data":{}}', { metadata: {} }],
    [
      'required empties stay',
      '{"spec":{"selector":{},"containers":[],"limit":"0"}}',
      { spec: { selector: {}, containers: [], limit: '0' } },
    ],
    ['empty structs stay', inSpec('"emptyDir":{}'), { spec: { selector: {}, containers: [], limit: '1', emptyDir: {} } }],
    [
      'zero values of required scalars',
      '{"condition":{}}',
      {
        condition: {
          type: '',
          ready: false,
          count: 0,
          lastTransitionTime: null,
          port: 0,
          observed: null,
          hash: null,
          wait: '0s',
        },
      },
    ],
    [
      'raw values stay',
      inSpec('"raw":{"a":null,"b":[]},"any":[null]'),
      { spec: { selector: {}, containers: [], limit: '1', raw: { a: null, b: [] }, any: [null] } },
    ],
    [
      'preserved fields beside known ones',
      inSpec('"open":{"count":1,"more":null}'),
      { spec: { selector: {}, containers: [], limit: '1', open: { count: 1, more: null } } },
    ],
    [
      'zero values given',
      inSpec('"replicas":0,"paused":false'),
      { spec: { selector: {}, containers: [], limit: '1', replicas: 0, paused: false } },
    ],
    ['large integers', '{"metadata":{"generation":9007199254740993}}', { metadata: { generation: 9007199254740993n } }],
    [
      'int-or-string',
      '{"spec":{"limit":"1","containers":[{"name":"a","ports":[{"containerPort":1,"target":"http"},{"target":80}]}]}}',
      {
        spec: {
          limit: '1',
          containers: [
            {
              name: 'a',
              ports: [
                { containerPort: 1, target: 'http' },
                { target: 80, containerPort: 0 },
              ],
            },
          ],
        },
      },
    ],
    [
      'base64',
      '{"data":{"a":"YWJj\\nZA==","b":"","c":"YQ==","d":"YR==","e":null}}',
      { data: { a: 'YWJjZA==', b: '', c: 'YQ==', d: 'YQ==', e: '' } },
    ],
    [
      'times',
      '{"metadata":{"creationTimestamp":"2024-01-02T03:04:05+01:00"}}',
      { metadata: { creationTimestamp: '2024-01-02T02:04:05Z' } },
    ],
    ['the zero time', '{"metadata":{"creationTimestamp":"0001-01-01T00:00:00Z"}}', { metadata: {} }],
    [
      'leap days',
      '{"metadata":{"creationTimestamp":"2024-02-29T00:00:00Z"}}',
      { metadata: { creationTimestamp: '2024-02-29T00:00:00Z' } },
    ],
    [
      'quantities',
      '{"spec":{"limit":0.5,"containers":[{"name":"a","limits":{"cpu":"1000m","memory":"1024Mi","pods":110,"x":null}}]}}',
      {
        spec: { limit: '500m', containers: [{ name: 'a', limits: { cpu: '1', memory: '1Gi', pods: '110', x: '0' } }] },
      },
    ],
  ])('%s', (_, text, expected) => {
    expect(decode(text)).toEqual({ value: expected, unknownFields: [] });
  });

  it('drops unknown fields and tells their paths', () => {
    const { value, unknownFields } = decode(
      `{"foo":1,"spec":{"limit":"1","bar":{"x":1},"containers":[{"name":"a"},{"name":"b","baz":null}]},
        "metadata":{"constructor":1},"foo ":2,"__proto__":{"x":1}}`,
    );
    expect(unknownFields).toEqual(['foo', 'spec.bar', 'spec.containers[1].baz', 'metadata.constructor', 'foo ', '__proto__']);
    expect(value).toEqual({ spec: { limit: '1', containers: [{ name: 'a' }, { name: 'b' }] }, metadata: {} });
  });

  it.each(['0', '1', '999', '1n', '20u', '500m', '100k', '999P', '1Ki', '512Mi', '999Pi'])(
    'knows that %s is canonical',
    (text) => {
      expect(canonicalQuantity(text)).toBe(text);
      expect(decodeObject({ type: 'string', format: 'quantity' }, text).value).toBe(text);
    },
  );

  it('starts the paths at the given one', () => {
    expect(decodeObject(container, { name: 'a', foo: 1 }, 'spec.containers[0]').unknownFields).toEqual([
      'spec.containers[0].foo',
    ]);
  });

  it('reports at most 100 unknown fields', () => {
    const fields = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, 1]));
    expect(decodeObject(meta, fields).unknownFields).toHaveLength(100);
  });

  it('keeps a __proto__ key of a map as data', () => {
    const { value } = decode('{"metadata":{"labels":{"__proto__":null,"a":"b"}}}');
    expect(JSON.stringify(value)).toBe('{"metadata":{"labels":{"__proto__":"","a":"b"}}}');
  });

  it('changes in place and reads a cyclic schema only as deep as the value', () => {
    const props: Schema = {
      type: 'object',
      name: 'io.k8s.JSONSchemaProps',
      properties: {
        get not() {
          return props;
        },
        get properties(): Schema {
          return { type: 'object', additionalProperties: props };
        },
        type: string,
      },
    };
    const value = { not: { properties: { a: { type: 'x', not: null, more: 1 } } } };
    expect(decodeObject(props, value)).toEqual({
      value: { not: { properties: { a: { type: 'x' } } } },
      unknownFields: ['not.properties.a.more'],
    });
    const nested = (depth: number) => parseJson(`${'{"not":'.repeat(depth)}{}${'}'.repeat(depth)}`);
    expect(decodeObject(props, nested(2_000)).unknownFields).toEqual([]);
    expect(() => decodeObject(props, nested(2_001))).toThrow(new DecodeError('exceeded max depth'));
  });
});

describe('convertObject', () => {
  it.each<[string, string]>([
    [inSpec('"replicas":"3"'), 'unrecognized type: int32'],
    [inSpec('"replicas":1.5'), 'cannot convert float64 to int32'],
    [inSpec('"paused":1'), 'unrecognized type: bool'],
    [inSpec('"ratio":"1"'), 'unrecognized type: float64'],
    [inSpec('"selector":"a"'), 'cannot restore map from string'],
    ['{"kind":1}', 'cannot convert int64 to string'],
    ['{"kind":true}', 'unrecognized type: string'],
    ['{"kind":{}}', 'unrecognized type: string'],
    ['{"spec":[]}', 'cannot restore struct from: slice'],
    ['{"spec":{"containers":{}}}', 'cannot restore slice from map'],
    ['{"data":{"a":1}}', 'cannot restore slice from int64'],
  ])('refuses %s with the text of the converter', (text, message) => {
    expect(() => convertObject(deployment, parseJson(text))).toThrow(new DecodeError(message));
  });

  it('decodes as decodeObject does', () => {
    const text = '{"foo":1,"metadata":{"labels":{},"creationTimestamp":null}}';
    expect(convertObject(deployment, parseJson(text))).toEqual(decode(text));
  });
});

describe('decodeObject with arbitrary input', () => {
  const text = fc.constantFrom('a', '1', '100m', '1024Mi', '1h', '2024-01-02T03:04:05.5+01:00', 'YR==', '');
  const scalar = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
  const key = fc.constantFrom(...keysOf(deployment), ...keysOf(spec), ...keysOf(container), ...keysOf(meta), '__proto__', 'foo');
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'medium' }, scalar, tie('map'), fc.array(tie('value'), { maxLength: 3 })),
    map: fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  }));

  it('throws nothing but DecodeErrors, and decoding again changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(deployment, spec, container, meta), value, (schema, given) => {
        const once = attempt(schema, given);
        if (once === undefined) return;
        const text = JSON.stringify(once);
        expect(decodeObject(schema, JSON.parse(text))).toEqual({ value: JSON.parse(text), unknownFields: [] });
      }),
      { numRuns: 3000 },
    );
  });

  function attempt(schema: Schema, given: unknown): unknown {
    try {
      return decodeObject(schema, given).value;
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError);
      return undefined;
    }
  }

  function keysOf(schema: Schema): string[] {
    return Object.keys(schema.properties ?? {});
  }
});
