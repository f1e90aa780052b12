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

/** Now, as milliseconds with fractions. */
export function microNow(): number {
  return performance.timeOrigin + performance.now();
}
