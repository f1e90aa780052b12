import { getScaledValueFromIntOrPercent, intOrStringText, isPercent } from './int-or-string';

describe('getScaledValueFromIntOrPercent', () => {
  it.each<[number | string, number, boolean, number]>([
    [123, 100, true, 123],
    ['90%', 100, true, 90],
    ['90%', 95, true, 86],
    ['90%', 95, false, 85],
    ['25%', 3, true, 1],
    ['25%', 3, false, 0],
    ['0%', 7, true, 0],
    ['150%', 2, false, 3],
    ['-50%', 10, true, -5],
  ])('%j of %d, up: %j', (value, total, roundUp, want) => {
    expect(getScaledValueFromIntOrPercent(value, total, roundUp)).toBe(want);
  });

  it.each<[string | undefined, string]>([
    ['50', 'invalid value for IntOrString: invalid type: string is not a percentage'],
    ['', 'invalid value for IntOrString: invalid type: string is not a percentage'],
    ['x%', 'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax'],
    ['1.5%', 'invalid value for IntOrString: invalid value "1.5%": strconv.Atoi: parsing "1.5": invalid syntax'],
    ['99999999999999999999%', 'invalid value for IntOrString: invalid value "99999999999999999999%": strconv.Atoi: parsing "99999999999999999999": value out of range'],
    [undefined, 'nil value for IntOrString'],
  ])('refuses %j', (value, message) => {
    expect(() => getScaledValueFromIntOrPercent(value, 10, true)).toThrow(new Error(message));
  });
});

it('tells percentages from other values', () => {
  expect([isPercent('10%'), isPercent('10'), isPercent('%'), isPercent(10)]).toEqual([true, false, false, false]);
  expect([intOrStringText(80), intOrStringText('http')]).toEqual(['80', 'http']);
});
