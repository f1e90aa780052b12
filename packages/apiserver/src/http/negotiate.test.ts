import { chooseType, negotiate, negotiateObject, negotiateWatch } from './negotiate';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

describe('the form of an answer', () => {
  it.each([
    [undefined, 'json', 'object'],
    ['text/html, */*;q=0.8', 'json', 'object'],
    ['application/json;q=0.5, application/yaml', 'yaml', 'object'],
    [`${PROTOBUF}, application/json`, 'protobuf', 'object'],
    [`${PROTOBUF};as=Table;v=v1;g=meta.k8s.io, application/json`, 'json', 'object'],
    ['application/json;as=Table;v=v9;g=meta.k8s.io, application/json;as=Table;v=v1;g=meta.k8s.io', 'json', 'Table'],
  ])('%s: %s, %s', (accept, format, as) => {
    expect(negotiate(accept, 'all')).toEqual({ format, as });
  });

  it('is refused where none is acceptable', () => {
    expect(() => negotiate('text/html')).toThrow('only the following media types are accepted: application/json, application/yaml');
  });
});

describe('the form of what no table shows', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

  it('passes over what is wanted in another', () => {
    expect(negotiateObject(`${table}, application/yaml`)).toEqual({ format: 'yaml', as: 'object' });
    expect(negotiateObject(PROTOBUF)).toEqual({ format: 'protobuf', as: 'object' });
    expect(negotiate(`${table}, application/yaml`, 'all')).toEqual({ format: 'json', as: 'Table' });
    const partial = 'as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    expect(negotiateObject(`${table}, ${PROTOBUF};${partial}`)).toEqual({ format: 'protobuf', as: 'PartialObjectMetadata' });
  });

  it('is refused where only others are acceptable', () => {
    expect(() => negotiateObject(table)).toThrow(`only the following media types are accepted: application/json, application/yaml, ${PROTOBUF}`);
  });
});

describe('the form of a watch', () => {
  it.each([
    [undefined, 'json'],
    ['application/json;stream=watch', 'json'],
    [`${PROTOBUF};stream=watch`, 'protobuf'],
  ])('%s: %s', (accept, format) => {
    expect(negotiateWatch(accept, 'all')).toEqual({ format, as: 'object' });
  });

  it.each(['application/yaml', 'application/yaml, application/json;q=0.5', 'text/html'])('is never YAML: %s', (accept) => {
    expect(() => negotiateWatch(accept, 'all')).toThrow(
      `only the following media types are accepted: application/json;stream=watch, ${PROTOBUF};stream=watch`,
    );
    expect(() => negotiateWatch(accept, 'none')).toThrow('only the following media types are accepted: application/json;stream=watch');
  });
});

it.each([
  [undefined, 'a/b'],
  ['', 'a/b'],
  ['*/*', 'a/b'],
  ['c/*', 'c/d'],
  ['a/b;q=0.2, c/d', 'c/d'],
  ['x/y, a/b', 'a/b'],
  ['x/y', undefined],
])('of a/b and c/d, who accepts %s gets %s', (accept, want) => {
  expect(chooseType(accept, ['a/b', 'c/d'])).toBe(want);
});
