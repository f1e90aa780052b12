import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogWriter, timestamp } from './log-writer';

describe('LogWriter', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'log-writer-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function written(work: (writer: LogWriter, path: string) => void): string {
    const path = join(folder, 'a', '0.log');
    const writer = new LogWriter(path, () => 'T');
    work(writer, path);
    writer.close();
    return readFileSync(path, 'utf8');
  }

  const cases: [string, (writer: LogWriter) => void, string][] = [
    ['a line of each stream', (w) => (w.write('stdout', Buffer.from('a\n')), w.write('stderr', Buffer.from('b\n'))), 'T stdout F a\nT stderr F b\n'],
    ['lines that come in pieces', (w) => (w.write('stdout', Buffer.from('ab')), w.write('stdout', Buffer.from('c\nd\n'))), 'T stdout F abc\nT stdout F d\n'],
    ['an empty line', (w) => w.write('stdout', Buffer.from('\n')), 'T stdout F \n'],
    ['a last line without an end', (w) => w.write('stdout', Buffer.from('a\nb')), 'T stdout F a\nT stdout P b\n'],
  ];
  it.each(cases)('writes %s', (_name, work, expected) => expect(written(work)).toBe(expected));

  it('splits long lines into parts', () => {
    const long = 'x'.repeat(16 * 1024);
    expect(written((writer) => writer.write('stdout', Buffer.from(`${long}yz\n`)))).toBe(`T stdout P ${long}\nT stdout F yz\n`);
  });

  it('goes on in a new file when the old one was moved', () => {
    const text = written((writer, path) => {
      writer.write('stdout', Buffer.from('old\n'));
      renameSync(path, `${path}.1`);
      writer.reopen();
      writer.write('stdout', Buffer.from('new\n'));
    });
    expect(text).toBe('T stdout F new\n');
    expect(readFileSync(join(folder, 'a', '0.log.1'), 'utf8')).toBe('T stdout F old\n');
  });

  it('gives times with nine digits', () => expect(timestamp()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/));
});
