const LONG_MILLISECONDS = 2 ** 30;

/**
 * Keeps the process alive while something runs that may, for a time, do nothing but wait for a pause to end: timers of the
 * clock do not. The returned function ends that.
 */
export function keepAlive(): () => void {
  const timer = setInterval(() => undefined, LONG_MILLISECONDS);
  return () => clearInterval(timer);
}
