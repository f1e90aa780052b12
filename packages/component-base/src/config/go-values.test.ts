import { formatGoDuration, parseGoBoolean, parseGoDuration, parseGoInteger } from './go-values';

it.each<[string, number, string]>([
  ['0', 0, '0s'],
  ['1s', 1000, '1s'],
  ['1.5s', 1500, '1.5s'],
  ['.5s', 500, '500ms'],
  ['90s', 90_000, '1m30s'],
  ['1h', 3_600_000, '1h0m0s'],
  ['1h0m5s', 3_605_000, '1h0m5s'],
  ['-2m', -120_000, '-2m0s'],
  ['20ms', 20, '20ms'],
  ['1us', 0.001, '0.001ms'],
])('duration %s', (text, milliseconds, formatted) => {
  expect(parseGoDuration(text)).toBe(milliseconds);
  expect(formatGoDuration(milliseconds)).toBe(formatted);
});

it.each([
  ['', 'time: invalid duration ""'],
  ['x', 'time: invalid duration "x"'],
  ['.s', 'time: invalid duration ".s"'],
  ['5', 'time: missing unit in duration "5"'],
  ['5d', 'time: unknown unit "d" in duration "5d"'],
  ['1s5', 'time: missing unit in duration "1s5"'],
])('refuses the duration %j', (text, message) => {
  expect(() => parseGoDuration(text)).toThrow(new Error(message));
});

it('reads booleans and whole numbers', () => {
  expect(['1', 't', 'true', 'TRUE', '0', 'F', 'False'].map(parseGoBoolean)).toEqual([true, true, true, true, false, false, false]);
  expect(() => parseGoBoolean('yes')).toThrow('strconv.ParseBool: parsing "yes": invalid syntax');
  expect(['0', '-5', '+7'].map(parseGoInteger)).toEqual([0, -5, 7]);
  expect(() => parseGoInteger('1.5')).toThrow('strconv.ParseInt: parsing "1.5": invalid syntax');
  expect(() => parseGoInteger('99999999999999999999')).toThrow('value out of range');
});
