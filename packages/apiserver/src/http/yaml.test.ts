import { formatYaml, parseYaml } from './yaml';

describe('parseYaml', () => {
  it.each([
    ['a: 0755', { a: 493 }],
    ['a: yes\nb: off\nc: y', { a: true, b: false, c: true }],
    ['a: 2020-01-01', { a: '2020-01-01' }],
    ['a: 1:30', { a: '1:30' }],
    ['a: ~\nb:', { a: null, b: null }],
    ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['{"a": [1, "b"]}', { a: [1, 'b'] }],
    ['# nothing', null],
  ])('reads %j', (text, value) => {
    expect(parseYaml(text).value).toEqual(value);
  });

  it.each(['a: [', 'a: b: c', '\t- a', '*x'])('refuses %j with the reason', (text) => {
    expect(() => parseYaml(text)).toThrow(/./);
  });

  it('refuses a bomb of aliases', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`);
    expect(() => parseYaml(`a0: &a0 x\n${levels.join('\n')}`)).toThrow(/alias/i);
  });

  it('tells of keys that stand twice as upstream does', () => {
    expect(parseYaml('a: 1\nb:\n  c: 1\n  c: 2\na: 2\n')).toEqual({
      value: { a: 2, b: { c: 2 } },
      strictError: 'yaml: unmarshal errors:\n  line 5: key "a" already set in map\n  line 4: key "c" already set in map',
    });
    expect(parseYaml('a: 1\nb: {a: 1}').strictError).toBeUndefined();
  });
});

it('writes what it reads', () => {
  const value = { a: 'yes', b: '0755', c: ['x', { d: null }], e: 'two\nlines\n', f: 1.5, g: '2020-01-01', h: {} };
  expect(parseYaml(formatYaml(value)).value).toEqual(value);
});
