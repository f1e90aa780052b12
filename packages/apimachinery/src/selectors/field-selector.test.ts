import { escapeFieldValue, fieldEquals, parseFieldSelector } from './field-selector';

describe('parseFieldSelector', () => {
  it.each([
    ['', ''],
    [',,', ''],
    ['x=a', 'x=a'],
    ['x==a', 'x=a'],
    ['x!=a', 'x!=a'],
    ['z=1,a=2', 'a=2,z=1'],
    ['x=', 'x='],
    ['=', '='],
    ['x=a\\,b', 'x=a\\,b'],
    ['x=a\\=b\\\\', 'x=a\\=b\\\\'],
    ['metadata.name=foo,status.phase!=Running', 'metadata.name=foo,status.phase!=Running'],
  ])('reads %j as %j', (text, canonical) => {
    expect(parseFieldSelector(text).toString()).toBe(canonical);
  });

  it.each([
    ['x', "invalid selector: 'x'; can't understand 'x'"],
    ['a=b,x', "invalid selector: 'a=b,x'; can't understand 'x'"],
    ['x=a=b', 'invalid field selector: unescaped character in value: 61'],
    ['x===a', 'invalid field selector: unescaped character in value: 61'],
    ['x=a\\b', 'invalid field selector: invalid escape sequence: \\b'],
    ['x=a\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('refuses %j', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(new Error(message));
  });

  it('unescapes values', () => {
    expect(parseFieldSelector('x=a\\,b\\=c\\\\d').requirements).toEqual([{ field: 'x', operator: '=', value: 'a,b=c\\d' }]);
    expect(escapeFieldValue('a,b=c\\d')).toBe('a\\,b\\=c\\\\d');
  });
});

describe('FieldSelector', () => {
  const fields: Record<string, string> = { 'metadata.name': 'foo', 'status.phase': 'Running' };
  const get = (field: string): string | undefined => fields[field];

  it.each<[string, boolean]>([
    ['', true],
    ['metadata.name=foo', true],
    ['metadata.name=bar', false],
    ['metadata.name!=bar', true],
    ['metadata.name=foo,status.phase!=Running', false],
    ['absent=', true],
    ['absent!=', false],
  ])('%j matches: %j', (text, want) => {
    expect(parseFieldSelector(text).matches(get)).toBe(want);
  });

  it('tells the one value that a field must have', () => {
    const selector = parseFieldSelector('metadata.name=foo,status.phase!=Running');
    expect(selector.requiresExactMatch('metadata.name')).toBe('foo');
    expect(selector.requiresExactMatch('status.phase')).toBeUndefined();
    expect(fieldEquals('a', 'b').requiresExactMatch('a')).toBe('b');
  });

  it('renames and drops requirements', () => {
    const selector = parseFieldSelector('a=1,b!=2').transform((field, value) =>
      field === 'a' ? { field: '', value: '' } : { field: 'c', value },
    );
    expect(selector.toString()).toBe('c!=2');
    expect(parseFieldSelector('a=1').transform(() => ({ field: '', value: '' })).isEmpty).toBe(true);
  });
});
