import { newRequirement, type SelectorOperator } from './label-requirement';
import {
  everything,
  formatLabelSelector,
  nothing,
  parseLabelSelectorString,
  selectorFromLabelSelector,
  selectorFromSet,
} from './label-selector';

describe('parseLabelSelectorString', () => {
  it.each([
    ['', ''],
    ['   ', ''],
    ['x=a,y=b,z=c', 'x=a,y=b,z=c'],
    ['x!=a,y=b', 'x!=a,y=b'],
    ['x=', 'x='],
    ['x= ,z= ', 'x=,z='],
    ['x==a', 'x==a'],
    ['!x', '!x'],
    ['! x', '!x'],
    ['x', 'x'],
    ['x>1', 'x>1'],
    ['x < 1', 'x<1'],
    ['x > 1,z < 5', 'x>1,z<5'],
    ['x in (b,a)', 'x in (a,b)'],
    ['x in()', 'x in ()'],
    ['x in (a,)', 'x in (,a)'],
    ['x in (,a)', 'x in (,a)'],
    ['x in (a,,b)', 'x in (,a,b)'],
    ['x in (,)', 'x in ()'],
    ['x notin (a)', 'x notin (a)'],
    ['in in (in,notin)', 'in in (in,notin)'],
    ['notin=in', 'notin=in'],
    ['z,a,m=1', 'a,m=1,z'],
    ['x\n=\ta', 'x=a'],
    ['example.com/app=web', 'example.com/app=web'],
    ['x=a\0,y=(((', 'x=a'],
  ])('reads %j as %j', (text, canonical) => {
    const selector = parseLabelSelectorString(text);
    expect(selector.toString()).toBe(canonical);
    expect(parseLabelSelectorString(selector.toString()).toString()).toBe(canonical);
  });

  it.each([
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['x=a||y=b', 'unable to parse requirement: values[0][x]: Invalid value: "a||y": a valid label must be an empty string or consist of alphanumeric characters, \'-\', \'_\' or \'.\', and must start and end with an alphanumeric character (e.g. \'MyValue\',  or \'my_value\',  or \'12345\', regex used for validation is \'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\')'],
    ['x==a==b', "found '==', expected: ',' or 'end of string'"],
    ['x===a', "unable to parse requirement: found '=', expected: identifier"],
    ['!x=a', "found '=', expected: ',' or 'end of string'"],
    ['x<a', 'unable to parse requirement: values[0]: Invalid value: "a": for \'Gt\', \'Lt\' operators, the value must be an integer'],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['x in a', "unable to parse requirement: found 'a' expected: '('"],
    ['x in', "unable to parse requirement: found '' expected: '('"],
    ['x in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['x in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['x in (a,', "unable to parse requirement: found '', expected: ',', or identifier"],
    ['x in (a b)', "unable to parse requirement: found 'b', expected: ',' or ')'"],
    ['x in (=)', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    ['x,', "found '', expected: identifier after ','"],
    ['x,,y', "found ',', expected: identifier after ','"],
    ['x y', "unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['!!x', "unable to parse requirement: found '!', expected: identifier"],
    ['x=(a)', "unable to parse requirement: found '(', expected: identifier"],
    ['/x=a', 'unable to parse requirement: <nil>: Invalid value: "/x": prefix part must be non-empty'],
    ['a/b/c', "unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"],
  ])('refuses %j', (text, message) => {
    expect(() => parseLabelSelectorString(text)).toThrow(expect.objectContaining({ message }));
  });
});

describe('Selector.matches', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['', { x: 'y' }, true],
    ['x=y', { x: 'y' }, true],
    ['x=y', { x: 'z' }, false],
    ['x=y', {}, false],
    ['x=', { x: '' }, true],
    ['x=', {}, false],
    ['x!=y', {}, true],
    ['x!=y', { x: 'y' }, false],
    ['x in (a,b)', { x: 'b' }, true],
    ['x in (a,b)', { x: 'c' }, false],
    ['x notin (a,b)', { x: 'c' }, true],
    ['x notin (a,b)', {}, true],
    ['x', { x: '' }, true],
    ['x', { y: '' }, false],
    ['!x', { y: '' }, true],
    ['!x', { x: '' }, false],
    ['x>1', { x: '2' }, true],
    ['x>1', { x: '1' }, false],
    ['x<1', { x: '-5' }, true],
    ['x>1', { x: 'many' }, false],
    ['x>1', {}, false],
    ['x>9223372036854775806', { x: '9223372036854775807' }, true],
    ['x=a,y=b', { x: 'a', y: 'b', z: 'c' }, true],
    ['x=a,y=b', { x: 'a' }, false],
    ['constructor', {}, false],
    ['!toString', {}, true],
  ])('%j of %j is %j', (text, labels, want) => {
    expect(parseLabelSelectorString(text).matches(labels)).toBe(want);
  });

  it('takes absent labels for none', () => {
    expect(parseLabelSelectorString('!x').matches(undefined)).toBe(true);
    expect(parseLabelSelectorString('x').matches(undefined)).toBe(false);
  });
});

describe('selectors from objects', () => {
  it('selects nothing without a selector and everything with an empty one', () => {
    expect(selectorFromLabelSelector(undefined)).toBe(nothing());
    expect(selectorFromLabelSelector({})).toBe(everything());
    expect(nothing().matches({ a: 'b' })).toBe(false);
    expect(nothing().add(newRequirement('a', 'exists', []))).toBe(nothing());
    expect([everything().isEmpty, nothing().isEmpty]).toEqual([true, false]);
  });

  it('joins labels and expressions', () => {
    const selector = selectorFromLabelSelector({
      matchLabels: { tier: 'web', app: 'shop' },
      matchExpressions: [
        { key: 'env', operator: 'In', values: ['test', 'prod'] },
        { key: 'gone', operator: 'DoesNotExist' },
        { key: 'zone', operator: 'NotIn', values: ['c'] },
        { key: 'owner', operator: 'Exists' },
      ],
    });
    expect(selector.toString()).toBe('app=shop,env in (prod,test),!gone,owner,tier=web,zone notin (c)');
    expect(selector.matches({ tier: 'web', app: 'shop', env: 'prod', owner: 'me' })).toBe(true);
  });

  it.each([
    [{ key: 'a', operator: 'Near', values: ['b'] }, '"Near" is not a valid label selector operator'],
    [{ key: 'a', operator: 'In' }, "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"],
    [{ key: 'a', operator: 'Exists', values: ['x'] }, 'values: Invalid value: ["x"]: values set must be empty for exists and does not exist'],
  ])('refuses %j', (requirement, message) => {
    expect(() => selectorFromLabelSelector({ matchExpressions: [requirement] })).toThrow(expect.objectContaining({ message }));
    expect(formatLabelSelector({ matchExpressions: [requirement] })).toBe('<error>');
  });

  it('lists all problems of a requirement', () => {
    expect(() => newRequirement('', '=', [])).toThrow(
      /^\[key: Invalid value: "": name part must be non-empty; name part must consist of .*, values: Invalid value: \[\]: exact-match compatibility requires one single value\]$/,
    );
    const unknown = 'near' as SelectorOperator;
    expect(() => newRequirement('a', unknown, [])).toThrow(
      'operator: Unsupported value: "near": supported values: "in", "notin", "=", "==", "!=", "gt", "lt", "exists", "!"',
    );
  });

  it('formats for columns', () => {
    expect(formatLabelSelector({})).toBe('<none>');
    expect(formatLabelSelector(undefined)).toBe('<none>');
    expect(formatLabelSelector({ matchLabels: { a: 'b' } })).toBe('a=b');
  });

  it('selects a set unchecked', () => {
    expect(selectorFromSet({ b: '2', a: '1' }).toString()).toBe('a=1,b=2');
    expect(selectorFromSet({})).toBe(everything());
    expect(selectorFromSet({ 'not valid': '?' }).matches({ 'not valid': '?' })).toBe(true);
  });

  it('tells which value a label must have', () => {
    const selector = parseLabelSelectorString('a=1,b in (2),c in (3,4),d!=5');
    expect(['a', 'b', 'c', 'd', 'e'].map((label) => selector.requiresExactMatch(label))).toEqual(['1', '2', undefined, undefined, undefined]);
  });
});
