import { formatPortRange, parsePortRange, PortBitmap } from './port-range';

it.each<[text: string, formatted: string]>([
  ['30000-32767', '30000-32767'],
  ['30000+2767', '30000-32767'],
  [' 30000 ', '30000'],
])('reads %s', (text, formatted) => {
  expect(formatPortRange(parsePortRange(text))).toBe(formatted);
});

it.each([['x'], ['2-1'], ['1-70000'], ['1-'], ['-1']])('%s is no range', (text) => {
  expect(() => parsePortRange(text)).toThrow('is not a valid port range');
});

describe('the ports of a range', () => {
  const range = parsePortRange('30000-32767');

  it('are stored as the big-endian bytes of a number', () => {
    const ports = new PortBitmap(range);
    ports.take(30_000);
    ports.take(30_009);
    expect(ports.encode().toString('hex')).toBe('0201');
    expect(new PortBitmap(range, ports.encode()).taken()).toEqual([30_000, 30_009]);
    expect(new PortBitmap(range).encode()).toHaveLength(0);
  });

  it('are taken once', () => {
    const ports = new PortBitmap(range);
    ports.take(30_000);
    expect(() => ports.take(30_000)).toThrow('provided port is already allocated');
    expect(() => ports.take(80)).toThrow('provided port is not in the valid range. The range of valid ports is 30000-32767');
    ports.release(30_000);
    ports.release(80);
    ports.take(30_000);
  });

  it('come from the upper part as long as it has any, then from the lower', () => {
    const ports = new PortBitmap(range);
    const given = Array.from({ length: range.size }, () => ports.takeNext());
    expect(Math.min(...given.slice(0, range.size - 86))).toBe(30_086);
    expect(new Set(given).size).toBe(range.size);
    expect(() => ports.takeNext()).toThrow('range is full');
  });
});
