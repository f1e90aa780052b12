import { formatZonedTime, isTimeZone, nextCronTime, parseCron } from '.';

describe('parseCron', () => {
  it.each([
    ['* * * * *'],
    ['*/15 * * * *'],
    ['5/15 * * * *'],
    ['0 0 1,15 * mon-fri'],
    ['0 22 * JAN,jul SUN'],
    ['? ? ? ? ?'],
    ['@yearly'],
    ['@every 1h30m'],
    ['CRON_TZ=Europe/Berlin 0 6 * * *'],
    ['TZ=UTC @daily'],
    ['  0  0 * * * '],
  ])('takes %p', (text) => {
    expect(() => parseCron(text)).not.toThrow();
  });

  it.each([
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/2/3 * * * *', 'too many slashes: */2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['error * * * *', 'failed to parse int from error: strconv.Atoi: parsing "error": invalid syntax'],
    ['*/-1 * * * *', 'negative number (-1) not allowed: -1'],
    ['@unknown', 'unrecognized descriptor: @unknown'],
    ['@every 1x', 'failed to parse duration @every 1x: time: unknown unit "x" in duration "1x"'],
    ['@every 5', 'failed to parse duration @every 5: time: missing unit in duration "5"'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['TZ=No/Where * * * * *', 'provided bad location No/Where: unknown time zone No/Where'],
  ])('refuses %p', (text, message) => {
    expect(() => parseCron(text)).toThrow(new Error(message));
  });
});

describe('nextCronTime', () => {
  it.each([
    // schedule, zone, after, next
    ['* * * * *', 'UTC', '2024-01-01T00:00:00Z', '2024-01-01T00:01:00Z'],
    ['* * * * *', 'UTC', '2024-01-01T00:00:59.500Z', '2024-01-01T00:01:00Z'],
    ['*/15 * * * *', 'UTC', '2024-07-09T14:45:00Z', '2024-07-09T15:00:00Z'],
    ['5/15 * * * *', 'UTC', '2024-07-09T14:36:00Z', '2024-07-09T14:50:00Z'],
    ['20-35/15 * * * *', 'UTC', '2024-07-09T15:45:00Z', '2024-07-09T16:20:00Z'],
    ['0 0 29 2 *', 'UTC', '2023-03-01T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['0 0 13 * 5', 'UTC', '2024-01-01T00:00:00Z', '2024-01-05T00:00:00Z'],
    ['0 0 */2 * 5', 'UTC', '2024-01-01T00:00:00Z', '2024-01-03T00:00:00Z'],
    ['0 0 13 * *', 'UTC', '2024-01-14T00:00:00Z', '2024-02-13T00:00:00Z'],
    ['59 23 31 12 *', 'UTC', '2024-12-31T23:59:00Z', '2025-12-31T23:59:00Z'],
    ['@hourly', 'UTC', '2024-01-01T00:30:00Z', '2024-01-01T01:00:00Z'],
    ['@every 90s', 'UTC', '2024-01-01T00:00:00.700Z', '2024-01-01T00:01:30Z'],
    ['0 6 * * *', 'Asia/Tokyo', '2024-01-01T00:00:00Z', '2024-01-01T21:00:00Z'],
    ['TZ=America/New_York 0 6 * * *', 'Asia/Tokyo', '2024-01-01T00:00:00Z', '2024-01-01T11:00:00Z'],
    // 2012-03-11: New York skips 02:00 to 03:00; what lies in it fires the next day.
    ['30 2 11 3 *', 'America/New_York', '2012-03-11T05:00:00Z', '2013-03-11T06:30:00Z'],
    ['0 3 * * *', 'America/New_York', '2012-03-11T05:00:00Z', '2012-03-11T07:00:00Z'],
    ['0 * * * *', 'America/New_York', '2012-03-11T06:00:00Z', '2012-03-11T07:00:00Z'],
    // 2012-11-04: New York repeats 01:00 to 02:00, both fire.
    ['0 * * * *', 'America/New_York', '2012-11-04T05:00:00Z', '2012-11-04T06:00:00Z'],
    ['0 1 * * *', 'America/New_York', '2012-11-04T04:00:00Z', '2012-11-04T05:00:00Z'],
    ['0 1 * * *', 'America/New_York', '2012-11-04T05:00:00Z', '2012-11-04T06:00:00Z'],
    // Sao Paulo had no midnight on 2018-11-04.
    ['0 0 9 10 *', 'America/Sao_Paulo', '2018-10-17T05:00:00Z', '2019-10-09T03:00:00Z'],
    ['0 1 4 11 *', 'America/Sao_Paulo', '2018-11-01T05:00:00Z', '2018-11-04T03:00:00Z'],
  ])('%s in %s after %s', (text, zone, after, next) => {
    expect(nextCronTime(parseCron(text), new Date(after), zone)).toEqual(new Date(next));
  });

  it.each([['0 0 30 2 *'], ['0 0 31 4 *']])('finds nothing for %s', (text) => {
    expect(nextCronTime(parseCron(text), new Date('2024-01-01T00:00:00Z'))).toBeUndefined();
  });
});

describe('isTimeZone', () => {
  it.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Etc/GMT+5', true],
    ['+02:00', false],
    ['Mars/Olympus', false],
    ['', false],
    ['a b', false],
  ])('%p is %p', (name, valid) => {
    expect(isTimeZone(name)).toBe(valid);
  });
});

it.each([
  ['2024-07-01T12:00:00.900Z', 'Europe/Berlin', '2024-07-01T14:00:00+02:00'],
  ['2024-01-01T01:00:00Z', 'America/St_Johns', '2023-12-31T21:30:00-03:30'],
  ['2024-01-01T01:00:00Z', 'UTC', '2024-01-01T01:00:00Z'],
])('%s in %s is written as %s', (time, zone, expected) => {
  expect(formatZonedTime(Date.parse(time), zone)).toBe(expected);
});
