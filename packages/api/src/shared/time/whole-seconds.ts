/** A time as metav1.Time writes it: RFC 3339 in UTC, without fractions of a second. */
export function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
