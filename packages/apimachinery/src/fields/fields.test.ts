import type { Schema } from '../schema/schema';
import { compareFields } from './compare';
import { inOrder } from './field-order';
import { difference, filterFields, type FieldSet, hasField, intersection, recursiveDifference, singleField, union } from './field-set';
import { fieldsOfObject } from './fields-of-value';
import { mergeObjects } from './merge';
import { printFieldPath } from './field-key';
import { readFieldSet } from './read-field-set';
import { removeFields } from './remove-items';
import { fieldTypeOfSchema } from './schema-type';
import { reconcileWithType } from './typed-set';
import { validateObject } from './validate-value';

const text: Schema = { type: 'string' };
const port: Schema = { type: 'object', properties: { number: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' }, name: text } };
const schema: Schema = {
  type: 'object',
  properties: {
    name: text,
    count: { type: 'integer' },
    isOn: { type: 'boolean' },
    size: { type: 'string', format: 'quantity' },
    labels: { type: 'object', additionalProperties: text },
    selector: { type: 'object', additionalProperties: text, mapType: 'atomic' },
    args: { type: 'array', items: text },
    finalizers: { type: 'array', items: text, listType: 'set' },
    ports: { type: 'array', items: port, listType: 'map', listMapKeys: ['number', 'protocol'] },
    inner: { type: 'object', properties: { a: text, b: text } },
    free: { type: 'any' },
    raw: { type: 'object', preserveUnknownFields: true },
  },
};
const type = fieldTypeOfSchema(schema);

/** A set by its text, in order. */
const written = (set: FieldSet | undefined): string => JSON.stringify(set && inOrder(set));

const set = (value: object): FieldSet => readFieldSet(value)!;

describe('FieldsV1', () => {
  it.each([
    ['fields by name', { 'f:b': {}, 'f:a': { 'f:z': {}, '.': {} } }, '{"f:a":{".":{},"f:z":{}},"f:b":{}}'],
    ['elements by their keys, numbers as numbers', { 'k:{"port":443}': {}, 'k:{"port":80}': {}, 'k:{"port":8080}': {} }, '{"k:{\\"port\\":80}":{},"k:{\\"port\\":443}":{},"k:{\\"port\\":8080}":{}}'],
    ['fields, keys, values and places in this order', { 'i:1': {}, 'v:"x"': {}, 'k:{"a":1}': {}, 'f:z': {} }, '{"f:z":{},"k:{\\"a\\":1}":{},"v:\\"x\\"":{},"i:1":{}}'],
    ['numbers before texts before truth', { 'v:true': {}, 'v:"1"': {}, 'v:10': {}, 'v:9': {} }, '{"v:9":{},"v:10":{},"v:\\"1\\"":{},"v:true":{}}'],
    ['a text of keys that is written otherwise', { 'k:{ "b": 1, "a": "<" }': {} }, '{"k:{\\"a\\":\\"\\\\u003c\\",\\"b\\":1}":{}}'],
    ['itself alone', { 'f:a': { '.': {} } }, '{"f:a":{}}'],
    ['no sort of step that is not known', { 'x:a': { 'f:b': {} }, 'f:c': {} }, '{"f:c":{}}'],
  ])('has %s', (_what, value, expected) => {
    expect(written(readFieldSet(value))).toBe(expected);
  });

  it.each([
    [{ a: {} }, 'key must be 2 characters long:'],
    [{ bad: {} }, 'missing colon: bad'],
    [{ 'i:x': {} }, 'strconv.Atoi: parsing "x": invalid syntax'],
    [{ 'k:{': {} }, 'unexpected end of JSON input'],
    [{ 'f:a': 5 }, 'ReadMapCB: expect { or n'],
    [[], 'ReadMapCB: expect { or n'],
  ])('refuses %j', (value, message) => {
    expect(() => readFieldSet(value)).toThrow(message);
  });

  it('keeps the object that is written as it would be', () => {
    const value = { 'f:a': { '.': {}, 'f:b': {} }, 'f:c': {} };
    expect(readFieldSet(value)).toBe(value);
    expect(inOrder(set(value))).toBe(value);
  });

  it('prints paths as messages have them', () => {
    expect(printFieldPath(['f:spec', 'k:{"name":"a\\"b","port":80}', 'f:args', 'i:3'])).toBe('.spec[name="a\\"b",port=80].args[3]');
    expect(printFieldPath(['f:finalizers', 'v:"x"'])).toBe('.finalizers[="x"]');
  });
});

describe('sets', () => {
  const a = set({ 'f:a': { '.': {}, 'f:x': {}, 'f:y': {} }, 'f:b': {}, 'f:c': { 'f:z': {} } });
  const b = set({ 'f:a': { 'f:x': {} }, 'f:c': {}, 'f:d': {} });
  const parent = set({ 'f:a': {} });
  const child = set({ 'f:a': { 'f:x': {} } });

  it.each([
    ['union', union(a, b), { 'f:a': { '.': {}, 'f:x': {}, 'f:y': {} }, 'f:b': {}, 'f:c': { '.': {}, 'f:z': {} }, 'f:d': {} }],
    ['difference', difference(a, b), { 'f:a': { '.': {}, 'f:y': {} }, 'f:b': {}, 'f:c': { 'f:z': {} } }],
    ['recursive difference', recursiveDifference(a, b), { 'f:a': { '.': {}, 'f:y': {} }, 'f:b': {} }],
    ['intersection', intersection(a, b), { 'f:a': { 'f:x': {} } }],
    ['child without its parent', difference(child, parent), { 'f:a': { 'f:x': {} } }],
    ['parent without its child', difference(parent, child), { 'f:a': {} }],
    ['child without its parent and all below', recursiveDifference(child, parent), undefined],
    ['intersection of child and parent', intersection(child, parent), undefined],
    ['difference with itself', difference(a, a), undefined],
    ['filter', filterFields(a, { 'f:a': { '*': true } }), { 'f:a': { '.': {}, 'f:x': {}, 'f:y': {} } }],
  ])('%s', (_what, result, expected) => {
    expect(written(result)).toBe(written(expected && set(expected)));
  });

  it('are the same where nothing is taken from them', () => {
    expect(difference(a, set({ 'f:q': {} }))).toBe(a);
    expect(difference(a, set({ 'f:a': { 'f:q': {} } }))).toBe(a);
    expect(intersection(a, a)).toBe(a);
  });

  it('know what is in them, and what only leads to something that is', () => {
    expect([['f:a'], ['f:a', 'f:x'], ['f:c'], ['f:c', 'f:z'], []].map((path) => hasField(a, path))).toEqual([true, true, false, true, false]);
    expect(written(singleField(['f:a', 'f:b']))).toBe('{"f:a":{"f:b":{}}}');
  });
});

describe('comparison', () => {
  it.each<[string, object, object, object | undefined, object | undefined]>([
    ['a new scalar', {}, { name: 'a' }, { 'f:name': {} }, undefined],
    ['another value', { name: 'a' }, { name: 'b' }, { 'f:name': {} }, undefined],
    ['a new map with what is in it', {}, { labels: { a: 'b' } }, { 'f:labels': { '.': {}, 'f:a': {} } }, undefined],
    ['one more in a map', { labels: { a: 'b' } }, { labels: { a: 'b', c: 'd' } }, { 'f:labels': { 'f:c': {} } }, undefined],
    ['a map that was null, which counts as being there', { labels: null }, { labels: { a: 'b' } }, { 'f:labels': { 'f:a': {} } }, undefined],
    ['one less in a map', { labels: { a: 'b', c: 'd' } }, { labels: { a: 'b' } }, undefined, { 'f:labels': { 'f:c': {} } }],
    ['a map that is gone', { labels: { a: 'b' } }, {}, undefined, { 'f:labels': { '.': {}, 'f:a': {} } }],
    ['an empty map', {}, { labels: {} }, { 'f:labels': {} }, undefined],
    ['an atomic map as one', { selector: { a: 'b' } }, { selector: { a: 'b', c: 'd' } }, { 'f:selector': {} }, undefined],
    ['an atomic list as one', { args: ['a'] }, { args: ['a', 'b'] }, { 'f:args': {} }, undefined],
    ['a set element by element', { finalizers: ['a', 'b'] }, { finalizers: ['b', 'c'] }, { 'f:finalizers': { 'v:"c"': {} } }, { 'f:finalizers': { 'v:"a"': {} } }],
    ['elements by their keys, with defaults', { ports: [{ number: 80 }] }, { ports: [{ number: 80, protocol: 'TCP', name: 'a' }] }, { 'f:ports': { 'k:{"number":80,"protocol":"TCP"}': { 'f:name': {}, 'f:protocol': {} } } }, undefined],
    ['elements in another order as the same', { finalizers: ['a', 'b'] }, { finalizers: ['b', 'a'] }, undefined, undefined],
    ['duplicates as one', { finalizers: ['a', 'a'] }, { finalizers: ['a', 'a', 'a'] }, { 'f:finalizers': { 'v:"a"': {} } }, undefined],
    ['what no schema describes field by field', { free: { a: 1, b: [1] } }, { free: { a: 2, b: [1, 2] } }, { 'f:free': { 'f:a': {}, 'f:b': {} } }, undefined],
    ['a scalar that becomes a map', { free: 'x' }, { free: { a: 1 } }, { 'f:free': { '.': {}, 'f:a': {} } }, undefined],
    ['a map that becomes a scalar', { free: { a: 1 } }, { free: 'x' }, { 'f:free': {} }, { 'f:free': { 'f:a': {} } }],
    ['names that every object has', { labels: {} }, { labels: { constructor: 'x', toString: 'y' } }, { 'f:labels': { 'f:constructor': {}, 'f:toString': {} } }, undefined],
  ])('finds %s', (_what, old, object, changed, removed) => {
    const comparison = compareFields(type, old, object);
    expect(written(comparison.changed)).toBe(written(changed && set(changed)));
    expect(written(comparison.removed)).toBe(written(removed && set(removed)));
  });
});

it.each([
  ['declared structs only by what is in them', { inner: { a: 'x' } }, { 'f:inner': { 'f:a': {} } }],
  ['maps only by what is in them', { labels: { a: 'b' } }, { 'f:labels': { 'f:a': {} } }],
  ['what is empty or null', { labels: {}, inner: null }, { 'f:inner': {}, 'f:labels': {} }],
  ['elements with themselves', { ports: [{ number: 1 }], finalizers: ['x'] }, { 'f:finalizers': { 'v:"x"': {} }, 'f:ports': { 'k:{"number":1,"protocol":"TCP"}': { '.': {}, 'f:number': {} } } }],
  ['free fields with themselves', { free: { a: { b: 1 } }, raw: { c: 1 } }, { 'f:free': { 'f:a': { '.': {}, 'f:b': {} } }, 'f:raw': { 'f:c': {} } }],
])('what is applied: %s', (_what, object, expected) => {
  expect(written(fieldsOfObject(type, object))).toBe(written(set(expected)));
});

describe('merging', () => {
  it.each<[string, object, object, object]>([
    ['scalars', { name: 'a', count: 1 }, { name: 'b' }, { name: 'b', count: 1 }],
    ['maps', { labels: { a: '1', b: '2' } }, { labels: { b: '3', c: '4' } }, { labels: { a: '1', b: '3', c: '4' } }],
    ['atomic maps as one', { selector: { a: '1' } }, { selector: { b: '2' } }, { selector: { b: '2' } }],
    ['atomic lists as one', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
    ['elements in the order of the configuration', { finalizers: ['a', 'b', 'c'] }, { finalizers: ['c', 'a'] }, { finalizers: ['b', 'c', 'a'] }],
    ['elements that only the object has where they are', { finalizers: ['x', 'a', 'y'] }, { finalizers: ['a', 'b'] }, { finalizers: ['x', 'a', 'y', 'b'] }],
    ['new elements before those that follow', { finalizers: ['a', 'b'] }, { finalizers: ['n', 'a'] }, { finalizers: ['n', 'a', 'b'] }],
    ['elements with their keys', { ports: [{ number: 1, name: 'x' }] }, { ports: [{ number: 1, protocol: 'TCP' }, { number: 2 }] }, { ports: [{ number: 1, name: 'x', protocol: 'TCP' }, { number: 2 }] }],
    ['duplicates, which the one of the configuration replaces', { finalizers: ['a', 'a', 'b'] }, { finalizers: ['a'] }, { finalizers: ['a', 'b'] }],
    ['null into a struct as nothing', { inner: { a: 'x' } }, { inner: null }, { inner: { a: 'x' } }],
    ['null into a scalar', { name: 'x' }, { name: null }, { name: null }],
  ])('puts over it %s', (_what, object, config, merged) => {
    const before = JSON.stringify([object, config]);
    expect(mergeObjects(type, object, config)).toEqual(merged);
    expect(JSON.stringify([object, config])).toBe(before);
  });
});

it.each<[string, object, object, object]>([
  ['fields', { name: 'a', count: 1 }, { 'f:name': {} }, { count: 1 }],
  ['elements', { finalizers: ['a', 'b'], ports: [{ number: 1, name: 'x' }, { number: 2 }] }, { 'f:finalizers': { 'v:"a"': {} }, 'f:ports': { 'k:{"number":1,"protocol":"TCP"}': { 'f:name': {} }, 'k:{"number":2,"protocol":"TCP"}': {} } }, { finalizers: ['b'], ports: [{ number: 1 }] }],
  ['all of a map, of which null is left', { labels: { a: 'b' } }, { 'f:labels': { 'f:a': {} } }, { labels: null }],
])('removes %s', (_what, object, fields, left) => {
  expect(removeFields(type, object, set(fields))).toEqual(left);
});

it.each<[object, string]>([
  [{ nmae: 'x' }, '.nmae: field not declared in schema'],
  [{ name: 5 }, '.name: expected string, got &value.valueUnstructured{Value:5}'],
  [{ name: { a: ['x'] } }, '.name: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":[]interface {}{"x"}}}'],
  [{ count: 'x' }, '.count: expected numeric (int or float), got string'],
  [{ isOn: 'true' }, '.isOn: expected boolean, got &{true}'],
  [{ size: [] }, '.size: expected any scalar, got &{[]}'],
  [{ labels: ['x'] }, '.labels: expected map, got &{[x]}'],
  [{ ports: { a: 1 } }, '.ports: expected list, got &{map[a:1]}'],
  [{ ports: [{ name: 'x' }] }, `.ports: element 0: associative list with keys has an element that omits key field "number" (and doesn't have default value)`],
  [{ ports: [null] }, '.ports: element 0: associative list with keys may not have a null element'],
  [{ ports: [{ number: 1 }, { number: 1, protocol: 'TCP' }] }, '.ports: duplicate entries for key [number=1,protocol="TCP"]'],
  [{ finalizers: ['a', 'a'] }, '.finalizers: duplicate entries for key [="a"]'],
  [{ finalizers: [{}] }, ".finalizers: element 0: associative list without keys has an element that's a map type"],
  [{ ports: [{ number: 1, name: 2 }] }, '.ports[number=1,protocol="TCP"].name: expected string, got &value.valueUnstructured{Value:2}'],
  [{ args: [1] }, '.args[0]: expected string, got &value.valueUnstructured{Value:1}'],
  [{ name: 1, count: '' }, 'errors:\n  .name: expected string, got &value.valueUnstructured{Value:1}\n  .count: expected numeric (int or float), got string'],
])('refuses %j', (object, message) => {
  expect(() => validateObject(type, object, { allowsDuplicates: false })).toThrow(new Error(message));
});

it('takes duplicates of what is stored, and null and numbers where any scalar will do', () => {
  const stored = { finalizers: ['a', 'a'], size: 5, name: null, ports: null };
  expect(() => validateObject(type, stored, { allowsDuplicates: true })).not.toThrow();
});

it.each([
  ['a map that has become atomic is owned as a whole', { 'f:selector': { 'f:a': {} } }, { 'f:selector': {} }],
  ['so is a list', { 'f:args': { 'v:"a"': {} } }, { 'f:args': {} }],
  ['fields that are not declared stay', { 'f:gone': { 'f:a': {} } }, { 'f:gone': { 'f:a': {} } }],
  ['what no schema describes stays', { 'f:raw': { 'f:a': {} } }, { 'f:raw': { 'f:a': {} } }],
])('%s', (_what, before, after) => {
  expect(written(reconcileWithType(type, set(before)))).toBe(written(set(after)));
});

it('knows custom resources by their own schemas', () => {
  const structural = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          hosts: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', properties: { name: { type: 'string' }, ip: { type: 'string' } } } },
          tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
          whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'string' } },
          any: { 'x-kubernetes-preserve-unknown-fields': true },
          either: { 'x-kubernetes-int-or-string': true },
          list: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  };
  const custom = fieldTypeOfSchema({ type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object', additionalProperties: text } } } }, structural });
  const object = { metadata: { labels: { a: 'b' } }, spec: { hosts: [{ name: 'h', ip: '1' }], tags: ['t'], whole: { a: 'b' }, any: { x: { y: 1 } }, either: 5, list: ['l'] } };
  expect(() => validateObject(custom, object, { allowsDuplicates: false })).not.toThrow();
  expect(written(fieldsOfObject(custom, object))).toBe(
    written(set({
      'f:metadata': { 'f:labels': { 'f:a': {} } },
      'f:spec': {
        'f:any': { 'f:x': { '.': {}, 'f:y': {} } },
        'f:either': {},
        'f:hosts': { 'k:{"name":"h"}': { '.': {}, 'f:ip': {}, 'f:name': {} } },
        'f:list': {},
        'f:tags': { 'v:"t"': {} },
        'f:whole': {},
      },
    })),
  );
  expect(() => validateObject(custom, { spec: { nope: 1 } }, { allowsDuplicates: false })).toThrow('.spec.nope: field not declared in schema');
});
