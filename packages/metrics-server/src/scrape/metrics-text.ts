/** One line of the Prometheus text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since 1970; undefined where the text does not say. */
  readonly time: number | undefined;
}

/** The text is not of the format; the message names the line. */
export class MetricsTextError extends Error {
  override readonly name = 'MetricsTextError';
}

/** Reads the Prometheus text format 0.0.4. Throws a MetricsTextError where it is something else: half of a text is worth nothing. */
export function* parseMetricsText(text: string): Generator<Sample> {
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end).trim();
    start = end < 0 ? text.length : end + 1;
    number += 1;
    if (line !== '' && !line.startsWith('#')) yield parseLine(line, number);
  }
}

const SERIES = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const REST = /^[ \t]+(\S+)(?:[ \t]+(-?\d{1,16}))?$/;

function parseLine(line: string, number: number): Sample {
  const [name] = SERIES.exec(line) ?? [];
  if (name === undefined) throw wrong(number, 'a name was expected');
  const opened = line.slice(name.length).trimStart();
  // Neither the value nor the time has a brace: the last one ends the labels.
  const close = opened.startsWith('{') ? opened.lastIndexOf('}') : -1;
  if (opened.startsWith('{') && close < 0) throw wrong(number, 'the labels have no end');
  const labels = close < 0 ? {} : parseLabels(opened.slice(1, close), number);
  const [, value = '', time] = REST.exec(close < 0 ? line.slice(name.length) : ` ${opened.slice(close + 1)}`) ?? [];
  return { name, labels, value: parseValue(value, number), time: time === undefined ? undefined : Number(time) };
}

const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\[\\"n])*)"[ \t]*(,|$)/y;

function parseLabels(text: string, number: number): Record<string, string> {
  const labels = new Map<string, string>();
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length && text.slice(LABEL.lastIndex).trim() !== '') {
    const [whole, key, value] = LABEL.exec(text) ?? [];
    if (whole === undefined || key === undefined || value === undefined) throw wrong(number, 'the labels cannot be read');
    if (labels.has(key)) throw wrong(number, `label ${key} comes twice`);
    labels.set(key, value.includes('\\') ? unescape(value) : value);
  }
  return Object.fromEntries(labels);
}

function unescape(value: string): string {
  return value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
]);

function parseValue(text: string, number: number): number {
  if (NUMBER.test(text)) return Number(text);
  const special = SPECIAL.get(text.toLowerCase());
  if (special === undefined) throw wrong(number, `value ${JSON.stringify(text)} is no number`);
  return special;
}

function wrong(line: number, why: string): MetricsTextError {
  return new MetricsTextError(`metrics text, line ${line}: ${why}`);
}
