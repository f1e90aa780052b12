const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const RANDOM_LENGTH = 5;
const MAX_NAME_LENGTH = 63;

/**
 * The name for a `generateName`: the prefix, cut so that the whole fits 63 characters, and five random ones that form no words.
 */
export function simpleNameGenerator(prefix: string, random: () => number = Math.random): string {
  return prefix.slice(0, MAX_NAME_LENGTH - RANDOM_LENGTH) + randomSuffix(RANDOM_LENGTH, random);
}

/** Random characters of those that upstream uses in names. `random` gives numbers from 0 up to, not including, 1. */
export function randomSuffix(length: number, random: () => number = Math.random): string {
  let text = '';
  for (let i = 0; i < length; i++) text += ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '';
  return text;
}
