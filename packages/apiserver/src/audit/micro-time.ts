import { formatTime } from '@typekube/apimachinery';

/** The second of the last time that was formatted: there are many events in one. */
let lastSecond = NaN;
let secondText = '';

const THREE_DIGITS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));

/** A time in milliseconds since 1970, with fractions, as RFC 3339 with microseconds (upstream's MicroTime). */
export function microTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    secondText = formatTime(new Date(second * 1000)).slice(0, -1);
  }
  const millis = Math.floor(milliseconds) - second * 1000;
  const micros = Math.floor((milliseconds % 1) * 1000);
  return `${secondText}.${THREE_DIGITS[millis]}${THREE_DIGITS[micros]}Z`;
}

/** The longest part of a millisecond that is written. */
const PART = 0.999;

/** What must be added to the time since the start, which never jumps: the clock of the wall does, and goes on while a machine sleeps. */
let origin = performance.timeOrigin;

/** Now by the clock of the wall, as milliseconds with fractions: those are of the time since the start. */
export function microNow(): number {
  const wall = Date.now();
  const sinceStart = performance.now();
  const ahead = origin + sinceStart - wall;
  if (ahead >= 0 && ahead <= PART) return wall + ahead;
  const part = ahead < 0 ? 0 : PART;
  origin = wall + part - sinceStart;
  return wall + part;
}
