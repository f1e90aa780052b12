import type { KubeObject } from '@typekube/apimachinery';
import { makeConversionReview, readConversionReview } from './review';

const ORIGINAL: KubeObject = { apiVersion: 'g/v1', kind: 'K', metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '5', labels: { a: 'b' } } };
const CONVERTED = { apiVersion: 'g/v2', kind: 'K', metadata: { name: 'a', namespace: 'n', uid: 'u', labels: { c: 'd' }, generation: 9 }, spec: { x: 1 } };
const question = makeConversionReview([ORIGINAL], 'g/v2', { uid: 'q', versions: ['v7', 'v1'] });

const review = (response: unknown, more: object = {}): object => ({ kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', response, ...more });
const success = (...convertedObjects: unknown[]): object => review({ uid: 'q', result: { status: 'Success' }, convertedObjects });

it('asks in the first version that both know', () => {
  expect(JSON.parse(question.body.toString())).toEqual({
    kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', request: { uid: 'q', desiredAPIVersion: 'g/v2', objects: [ORIGINAL] },
  });
  expect(() => makeConversionReview([], 'g/v2', { uid: 'q', versions: ['v7'] })).toThrow('no supported conversion review versions');
});

it('takes labels and annotations of the webhook, and keeps all other metadata', () => {
  expect(readConversionReview(success(CONVERTED), question, [ORIGINAL], 'g/v2')).toEqual([
    { apiVersion: 'g/v2', kind: 'K', metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '5', labels: { c: 'd' } }, spec: { x: 1 } },
  ]);
});

it('does not hold the older review to its own kind and uid', () => {
  const older = makeConversionReview([ORIGINAL], 'g/v2', { uid: 'q', versions: ['v1beta1'] });
  expect(readConversionReview({ response: { result: { status: 'Success' }, convertedObjects: [CONVERTED] } }, older, [ORIGINAL], 'g/v2')).toHaveLength(1);
});

it.each<[unknown, string]>([
  [{}, 'failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got , Kind='],
  [review(null), 'failed: no response provided'],
  [review({ uid: 'x' }), 'failed: expected response.uid="q", got "x"'],
  [review({ uid: 'q', result: { status: 'Failure', message: 'no way' } }), 'failed: no way'],
  [review({ uid: 'q', result: { status: 'Failure' } }), "failed: response.result.status was 'Failure', not 'Success'"],
  [success(), 'returned 0 objects, expected 1'],
  [success({ ...CONVERTED, apiVersion: 'g/v3' }), 'returned invalid object at index 0: invalid groupVersion (expected g/v2, received g/v3)'],
  [success({ ...CONVERTED, kind: 'L' }), 'returned invalid object at index 0: invalid kind (expected K, received L)'],
  [success({ ...CONVERTED, metadata: { ...CONVERTED.metadata, name: 'b' } }), 'returned invalid object: must have the same name: a != b'],
  [success({ ...CONVERTED, metadata: { ...CONVERTED.metadata, uid: 'b' } }), 'returned invalid object: must have the same UID: u != b'],
  [success({ ...CONVERTED, metadata: { ...CONVERTED.metadata, labels: { a: 1 } } }), 'returned invalid metadata: metadata.labels[a] must be a string, but is int64 in converted object'],
  [success({ ...CONVERTED, metadata: { ...CONVERTED.metadata, annotations: [] } }), 'returned invalid metadata: invalid metadata.annotations of type []interface {} in converted object'],
  [success({ ...CONVERTED, metadata: { ...CONVERTED.metadata, labels: { '-a': '' } } }), 'returned invalid metadata: metadata.labels: Invalid value: "-a": '],
])('refuses %j', (answer, message) => {
  expect(() => readConversionReview(answer, question, [ORIGINAL], 'g/v2')).toThrow(`conversion webhook for g/v1, Kind=K ${message}`);
});

it('says which of several is wrong', () => {
  const objects = [CONVERTED, { ...CONVERTED, kind: 'L' }];
  expect(() => readConversionReview(success(...objects), question, [ORIGINAL, ORIGINAL], 'g/v2')).toThrow('returned invalid converted object at index 1: invalid kind');
});
