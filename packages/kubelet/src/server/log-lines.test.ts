import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatLine, LineReader, parseLogLine, tailOffset } from './log-lines';

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

it('finds the last lines of a long file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const path = join(folder, 'log');
  const lines = Array.from({ length: 20_000 }, (_, number) => `line ${number}\n`);
  writeFileSync(path, lines.join(''));
  const file = await open(path, 'r');
  try {
    const size = lines.join('').length;
    expect(await tailOffset(file, 0)).toBe(size);
    expect(await tailOffset(file, 2)).toBe(size - 22);
    expect(await tailOffset(file, 19_999)).toBe('line 0\n'.length);
    expect(await tailOffset(file, 30_000)).toBe(0);
  } finally {
    await file.close();
    rmSync(folder, { recursive: true });
  }
});
