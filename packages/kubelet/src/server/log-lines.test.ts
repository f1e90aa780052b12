import { formatLine, LineReader, parseLogLine } from './log-lines';

const TIME = '2026-01-01T00:00:00.123456789Z';

it('reads lines of a CRI log', () => {
  const line = parseLogLine(Buffer.from(`${TIME} stdout F a b  c`));
  expect(line).toMatchObject({ stream: 'stdout', isPartial: false, time: Date.parse(TIME) });
  expect(line && formatLine(line, false).toString()).toBe('a b  c\n');
  expect(line && formatLine(line, true).toString()).toBe(`${TIME} a b  c\n`);
  const part = parseLogLine(Buffer.from(`${TIME} stderr P half`));
  expect(part && formatLine(part, false).toString()).toBe('half');
  expect(parseLogLine(Buffer.from('nonsense'))).toBeUndefined();
});

it('waits for the end of a line', () => {
  const reader = new LineReader();
  expect(reader.take(Buffer.from('a\nb')).map(String)).toEqual(['a']);
  expect(reader.take(Buffer.from('c\n\n')).map(String)).toEqual(['bc', '']);
});
