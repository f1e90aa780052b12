import { type Flag, integerFlag } from '@typekube/component-base';

/** How many objects of a kind are worked on at the same time. */
export function workers(what: string, count: number): Flag<number> {
  const help =
    `The number of ${what} objects that are allowed to sync concurrently. ` +
    'Larger number = more responsive, but more CPU (and network) load';
  return integerFlag({ valueName: 'int32', default: count, help });
}
