import { randomBytes } from 'node:crypto';
import type { RandomBelow } from './address-range';

/** Random numbers; not perfectly even beyond 2^64, which does not matter for where a search begins. */
export const randomBelow: RandomBelow = (below) => randomBytes(16).readBigUInt64BE() % below;
