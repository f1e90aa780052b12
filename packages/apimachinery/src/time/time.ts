import { type Instant, parseRfc3339, parseRfc3339Micro } from './go-time-parser';

/** A date as metav1.Time writes it: UTC, whole seconds (`2024-01-02T03:04:05Z`). Parts of a second are cut off. */
export function formatTime(date: Date): string {
  const second = Math.floor(date.getTime() / 1000);
  if (second !== lastSecond) {
    lastText = `${date.toISOString().slice(0, -5)}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** Many objects are written in the same second. */
let lastSecond = NaN;
let lastText = '';

/** A date as metav1.MicroTime writes it: UTC, six decimals. `micros` adds the microseconds that a Date cannot hold, 0 to 999. */
export function formatMicroTime(date: Date, micros = 0): string {
  return `${date.toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

/** Reads a metav1.Time; parts of a millisecond are lost. Throws a TimeParseError with Go's text. */
export function parseTime(text: string): Date {
  return toDate(parseRfc3339(text));
}

/** Reads a metav1.MicroTime; parts of a millisecond are lost. Throws a TimeParseError with Go's text. */
export function parseMicroTime(text: string): Date {
  return toDate(parseRfc3339Micro(text));
}

/** A metav1.Time in the form in which it is stored. Throws a TimeParseError. */
export function canonicalTime(text: string): string {
  return formatTime(toDate(parseRfc3339(text)));
}

/** A metav1.MicroTime in the form in which it is stored. Throws a TimeParseError. */
export function canonicalMicroTime(text: string): string {
  const instant = parseRfc3339Micro(text);
  return formatMicroTime(toDate(instant), Math.floor(instant.nanos / 1000) % 1000);
}

function toDate({ seconds, nanos }: Instant): Date {
  return new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
}
