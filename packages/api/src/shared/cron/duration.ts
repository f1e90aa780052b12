const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

const TERM = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;

/** Seconds of a Go duration (`1h30m`, `-1.5s`), or the text of Go's error about it. */
export function parseCronDuration(text: string): number | string {
  const bad = `time: invalid duration ${JSON.stringify(text)}`;
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const body = text.slice(sign.length);
  if (body === '0') return 0;
  if (body === '') return bad;
  let seconds = 0;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < body.length) {
    const match = TERM.exec(body);
    if (!match) return bad;
    const unit = match[2] ?? '';
    if (unit === '') return `time: missing unit in duration ${JSON.stringify(text)}`;
    const size = Object.hasOwn(UNIT_SECONDS, unit) ? UNIT_SECONDS[unit] : undefined;
    if (size === undefined) return `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
    seconds += Number(match[1]) * size;
  }
  return sign === '-' ? -seconds : seconds;
}
