import type { Flag } from '@typekube/component-base';

/** The same flag, undefined unless it is given: the config file speaks then. */
export function ifGiven<T>(flag: Flag<T>): Flag<T | undefined> {
  return { ...flag, default: undefined, parse: (text, previous) => flag.parse(text, previous) };
}
