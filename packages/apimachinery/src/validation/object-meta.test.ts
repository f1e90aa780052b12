import { type FieldError, fieldErrorMessage } from '../errors/field-error';
import { FieldPath } from '../errors/field-path';
import type { Condition, ObjectMeta } from '../meta/types';
import { validateConditions } from './conditions';
import { validateLabelSelector } from './labels';
import { nameIsDNSSubdomain } from './names';
import { TOTAL_ANNOTATION_SIZE_LIMIT_BYTES, validateObjectMeta, validateObjectMetaUpdate } from './object-meta';
import { semanticEqual } from './semantic-equal';

const path = FieldPath.of('metadata');
const texts = (errors: FieldError[]): string[] => errors.map(fieldErrorMessage);
const rules = { namespaced: true, validateName: nameIsDNSSubdomain };
const good: ObjectMeta = { name: 'a', namespace: 'default' };

describe('validateObjectMeta', () => {
  it.each<[ObjectMeta, RegExp[]]>([
    [good, []],
    [{ ...good, generateName: 'a-', labels: { 'x.io/y': 'z' }, annotations: { 'X.io/Y': 'any text' }, finalizers: ['x.io/y'] }, []],
    [{ namespace: 'default' }, [/^metadata\.name: Required value: name or generateName is required$/]],
    [{ name: 'A', namespace: 'default' }, [/^metadata\.name: Invalid value: "A": a lowercase RFC 1123 subdomain/]],
    [{ ...good, generateName: 'AB-' }, [/^metadata\.generateName: Invalid value: "AB-": /]],
    [{ name: 'a' }, [/^metadata\.namespace: Required value$/]],
    [{ name: 'a', namespace: 'a.b' }, [/^metadata\.namespace: Invalid value: "a\.b": must not contain dots$/]],
    [{ ...good, generation: -1 }, [/^metadata\.generation: Invalid value: -1: must be greater than or equal to 0$/]],
    [{ ...good, labels: { 'a b': 'c d' } }, [/^metadata\.labels: Invalid value: "a b": name part /, /^metadata\.labels: Invalid value: "c d": a valid label /]],
    [{ ...good, annotations: { '-': '' } }, [/^metadata\.annotations: Invalid value: "-": name part /]],
    [{ ...good, annotations: { a: 'x'.repeat(TOTAL_ANNOTATION_SIZE_LIMIT_BYTES) } }, [/^metadata\.annotations: Too long: may not be more than 262144 bytes$/]],
    [{ ...good, finalizers: ['orphan', 'foregroundDeletion'] }, [/: finalizer orphan and foregroundDeletion cannot be both set$/]],
    [{ ...good, finalizers: ['a b'] }, [/^metadata\.finalizers: Invalid value: "a b": /]],
    [{ ...good, managedFields: [{ operation: 'Look', fieldsType: 'V2' }] }, [/^metadata\.managedFields\[0\]\.operation: .*: must be `Apply` or `Update`$/, /^metadata\.managedFields\[0\]\.fieldsType: .*: must be `FieldsV1`$/]],
  ])('%#', (meta, want) => {
    const found = texts(validateObjectMeta(meta, rules, path));
    expect(found).toHaveLength(want.length);
    found.forEach((text, i) => expect(text).toMatch(want[i] ?? ''));
  });

  it('takes no namespace on cluster-wide kinds', () => {
    expect(texts(validateObjectMeta(good, { ...rules, namespaced: false }, path))).toEqual(['metadata.namespace: Forbidden: not allowed on this type']);
  });

  it('wants whole owner references and one controller', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'a', uid: 'u', controller: true };
    expect(validateObjectMeta({ ...good, ownerReferences: [owner] }, rules, path)).toEqual([]);
    expect(texts(validateObjectMeta({ ...good, ownerReferences: [owner, { ...owner, name: 'b' }] }, rules, path))[0]).toMatch(
      /: Only one reference can have Controller set to true\. Found "true" in references for ReplicaSet\/a and ReplicaSet\/b$/,
    );
    expect(texts(validateObjectMeta({ ...good, ownerReferences: [{ apiVersion: '', kind: '', name: '', uid: '' }] }, rules, path))).toEqual([
      'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
      'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
      'metadata.ownerReferences.name: Invalid value: "": must not be empty',
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ]);
    const event = { apiVersion: 'v1', kind: 'Event', name: 'e', uid: 'u' };
    expect(texts(validateObjectMeta({ ...good, ownerReferences: [event] }, rules, path))[0]).toMatch(/: \/v1, Kind=Event is disallowed from being an owner$/);
  });
});

describe('validateObjectMetaUpdate', () => {
  const old: ObjectMeta = { ...good, uid: 'u', resourceVersion: '1', generation: 2, creationTimestamp: '2024-01-01T00:00:00Z' };
  it.each<[ObjectMeta, string[]]>([
    [{ ...old, labels: { a: 'b' } }, []],
    [{ ...old, resourceVersion: undefined }, ['metadata.resourceVersion: Invalid value: "": must be specified for an update']],
    [{ ...old, generation: 1 }, ['metadata.generation: Invalid value: 1: must not be decremented']],
    [{ ...old, name: 'b' }, ['metadata.name: Invalid value: "b": field is immutable']],
    [{ ...old, uid: 'v' }, ['metadata.uid: Invalid value: "v": field is immutable']],
    [{ ...old, deletionGracePeriodSeconds: 0 }, ['metadata.deletionGracePeriodSeconds: Invalid value: 0: field is immutable']],
    [{ ...old, creationTimestamp: undefined }, ['metadata.creationTimestamp: Invalid value: null: field is immutable']],
  ])('%#', (meta, want) => {
    expect(texts(validateObjectMetaUpdate(meta, old, path))).toEqual(want);
  });

  it('adds no finalizer to what is being deleted', () => {
    const dying = { ...old, deletionTimestamp: '2024-01-01T00:00:00Z', finalizers: ['a'] };
    expect(texts(validateObjectMetaUpdate({ ...dying, finalizers: [] }, dying, path))).toEqual([]);
    expect(texts(validateObjectMetaUpdate({ ...dying, finalizers: ['c', 'b', 'a'] }, dying, path))).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"b", "c"}',
    ]);
  });
});

it('validates label selectors with their options', () => {
  const at = FieldPath.of('spec', 'selector');
  const selector = {
    matchLabels: { 'a b': '' },
    matchExpressions: [
      { key: 'a', operator: 'In' },
      { key: 'a', operator: 'Exists', values: ['b'] },
      { key: 'a', operator: 'Near', values: ['c d'] },
    ],
  };
  const found = texts(validateLabelSelector(selector, {}, at));
  expect(found[0]).toMatch(/^spec\.selector\.matchLabels: Invalid value: "a b": /);
  expect(found.slice(1, 4)).toEqual([
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
  ]);
  expect(found[4]).toMatch(/^spec\.selector\.matchExpressions\[2\]\.values\[0\]: Invalid value: "c d": /);
  const lenient = { allowInvalidLabelValueInSelector: true, allowUnknownOperatorInRequirement: true };
  expect(validateLabelSelector({ matchExpressions: selector.matchExpressions.slice(2) }, lenient, at)).toEqual([]);
  expect(validateLabelSelector(undefined, {}, at)).toEqual([]);
});

it('validates conditions', () => {
  const condition: Condition = { type: 'Ready', status: 'True', lastTransitionTime: '2024-01-01T00:00:00Z', reason: 'AllGood', message: '' };
  const at = FieldPath.of('status', 'conditions');
  expect(validateConditions([condition], at)).toEqual([]);
  expect(texts(validateConditions([condition, condition], at))).toEqual(['status.conditions[1].type: Duplicate value: "Ready"']);
  const bad = { ...condition, status: 'Yes', observedGeneration: -1, lastTransitionTime: '', reason: '', message: 'x'.repeat(32769) };
  expect(texts(validateConditions([bad], at))).toEqual([
    'status.conditions[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"',
    'status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
    'status.conditions[0].lastTransitionTime: Required value: must be set',
    'status.conditions[0].reason: Required value: must be set',
    'status.conditions[0].message: Too long: may not be more than 32768 bytes',
  ]);
});

it.each<[unknown, unknown, boolean]>([
  [undefined, null, true],
  [undefined, [], true],
  [{}, undefined, true],
  [{ a: [] }, {}, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [[1, 2], [2, 1], false],
  ['', undefined, false],
  [0, undefined, false],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ toString: 1 }, {}, false],
])('semanticEqual(%j, %j) is %j', (a, b, want) => {
  expect(semanticEqual(a, b)).toBe(want);
  expect(semanticEqual(b, a)).toBe(want);
});
