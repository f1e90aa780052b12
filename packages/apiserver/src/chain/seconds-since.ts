/** Since a time of `performance.now()`: what metrics count in. */
export function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
