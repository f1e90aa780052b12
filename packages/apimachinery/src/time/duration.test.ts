import { canonicalDuration, formatDuration, parseDuration, parseDurationMilliseconds } from './duration';
import { humanDuration, shortHumanDuration } from './human-duration';

describe('durations', () => {
  it.each([
    ['0', '0s'], ['0s', '0s'], ['5s', '5s'], ['30s', '30s'], ['60s', '1m0s'], ['1478s', '24m38s'], ['-5s', '-5s'], ['+5s', '5s'], ['5.6s', '5.6s'],
    ['.5s', '500ms'], ['5.s', '5s'], ['1h', '1h0m0s'], ['1h30m', '1h30m0s'], ['24h', '24h0m0s'], ['1ms', '1ms'], ['1.5ms', '1.5ms'],
    ['10us', '10\u00b5s'], ['10\u00b5s', '10\u00b5s'], ['12\u03bcs', '12\u00b5s'], ['13ns', '13ns'], ['39h9m14.425s', '39h9m14.425s'],
    ['9007199254.740993ms', '2501h59m59.254740993s'], ['-2562047h47m16.854775808s', '-2562047h47m16.854775808s'],
  ])('%j is %j', (text, canonical) => {
    expect(canonicalDuration(text)).toBe(canonical);
    expect(parseDuration(canonical)).toBe(parseDuration(text));
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['3', 'time: missing unit in duration "3"'],
    ['-', 'time: invalid duration "-"'],
    ['s', 'time: invalid duration "s"'],
    ['.', 'time: invalid duration "."'],
    ['.s', 'time: invalid duration ".s"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['1h5', 'time: missing unit in duration "1h5"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
    ['\u0085', 'time: invalid duration "\\xc2\\x85"'],
  ])('refuses %j', (text, message) => {
    expect(() => parseDuration(text)).toThrow(new Error(message));
  });

  it('counts milliseconds', () => {
    expect(parseDurationMilliseconds('1m0.5s')).toBe(60_500);
    expect(formatDuration(1n)).toBe('1ns');
  });
});

describe('humanDuration', () => {
  const minute = 60;
  const hour = 3600;
  const day = 24 * hour;
  it.each([
    [-2, '<invalid>', '<invalid>'],
    [-1, '0s', '0s'],
    [0, '0s', '0s'],
    [70, '70s', '1m'],
    [119, '119s', '1m'],
    [2 * minute, '2m', '2m'],
    [5 * minute + 12, '5m12s', '5m'],
    [10 * minute + 1, '10m', '10m'],
    [179 * minute, '179m', '2h'],
    [3 * hour + 4 * minute, '3h4m', '3h'],
    [8 * hour + 20 * minute, '8h', '8h'],
    [47 * hour, '47h', '1d'],
    [2 * day, '2d', '2d'],
    [2 * day + 3 * hour, '2d3h', '2d'],
    [8 * day + hour, '8d', '8d'],
    [700 * day, '700d', '1y'],
    [2 * 365 * day, '2y', '2y'],
    [3 * 365 * day + 30 * day, '3y30d', '3y'],
    [9 * 365 * day + 30 * day, '9y', '9y'],
  ])('of %d seconds', (seconds, human, short) => {
    expect(humanDuration(seconds * 1000)).toBe(human);
    expect(shortHumanDuration(seconds * 1000)).toBe(short);
  });
});
