import { canonicalMicroTime, canonicalTime, formatMicroTime, formatTime, parseTime } from './time';

describe('canonicalTime', () => {
  it.each([
    ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:05.999999999Z', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:05,5Z', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:05+02:00', '2024-01-02T01:04:05Z'],
    ['2024-01-01T00:00:00+00:01', '2023-12-31T23:59:00Z'],
    ['2024-02-29T00:00:00-07:30', '2024-02-29T07:30:00Z'],
    ['2024-01-02T3:04:05Z', '2024-01-02T03:04:05Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
  ])('of %s is %s', (text, want) => {
    expect(canonicalTime(text)).toBe(want);
  });

  const layout = '"2006-01-02T15:04:05Z07:00"';
  it.each([
    ['x', `parsing time "x" as ${layout}: cannot parse "x" as "2006"`],
    ['', `parsing time "" as ${layout}: cannot parse "" as "2006"`],
    ['2024', `parsing time "2024" as ${layout}: cannot parse "" as "-"`],
    ['2024-1-02T03:04:05Z', `parsing time "2024-1-02T03:04:05Z" as ${layout}: cannot parse "1-02T03:04:05Z" as "01"`],
    ['2024-01-02 03:04:05Z', `parsing time "2024-01-02 03:04:05Z" as ${layout}: cannot parse " 03:04:05Z" as "T"`],
    ['2024-01-02T03:04:05', `parsing time "2024-01-02T03:04:05" as ${layout}: cannot parse "" as "Z07:00"`],
    ['2024-01-02T03:04:05z', `parsing time "2024-01-02T03:04:05z" as ${layout}: cannot parse "z" as "Z07:00"`],
    ['2024-01-02T03:04:05+0200', `parsing time "2024-01-02T03:04:05+0200" as ${layout}: cannot parse "+0200" as "Z07:00"`],
    ['2024-13-02T03:04:05Z', 'parsing time "2024-13-02T03:04:05Z": month out of range'],
    ['2023-02-29T03:04:05Z', 'parsing time "2023-02-29T03:04:05Z": day out of range'],
    ['2024-01-02T24:04:05Z', 'parsing time "2024-01-02T24:04:05Z": hour out of range'],
    ['2024-01-02T03:04:60Z', 'parsing time "2024-01-02T03:04:60Z": second out of range'],
    ['2024-01-02T03:04:05+25:00', 'parsing time "2024-01-02T03:04:05+25:00": time zone offset hour out of range'],
    ['2024-01-02T03:04:05Zzz', 'parsing time "2024-01-02T03:04:05Zzz": extra text: "zz"'],
    ['ä"', `parsing time "\\xc3\\xa4\\"" as ${layout}: cannot parse "\\xc3\\xa4\\"" as "2006"`],
  ])('refuses %j', (text, message) => {
    expect(() => canonicalTime(text)).toThrow(new Error(message));
  });
});

describe('canonicalMicroTime', () => {
  it.each([
    ['2024-01-02T03:04:05.000000Z', '2024-01-02T03:04:05.000000Z'],
    ['2024-01-02T03:04:05.123456+01:00', '2024-01-02T02:04:05.123456Z'],
    ['1960-01-02T03:04:05.000001Z', '1960-01-02T03:04:05.000001Z'],
  ])('of %s is %s', (text, want) => {
    expect(canonicalMicroTime(text)).toBe(want);
  });

  it('wants six decimals', () => {
    expect(() => canonicalMicroTime('2024-01-02T03:04:05Z')).toThrow(
      new Error('parsing time "2024-01-02T03:04:05Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"'),
    );
    expect(() => canonicalMicroTime('2024-01-02T03:04:05.1234567Z')).toThrow('cannot parse "7Z" as "Z07:00"');
  });
});

it('formats dates', () => {
  const date = new Date(Date.UTC(2024, 0, 2, 3, 4, 5, 678));
  expect(formatTime(date)).toBe('2024-01-02T03:04:05Z');
  expect(formatMicroTime(date, 9)).toBe('2024-01-02T03:04:05.678009Z');
  expect(parseTime('2024-01-02T03:04:05.678Z')).toEqual(date);
});
