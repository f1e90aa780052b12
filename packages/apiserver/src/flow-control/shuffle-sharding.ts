import { createHash } from 'node:crypto';

/**
 * The queues of a flow: `handSize` different ones out of `deckSize`, always the same for the same flow. Two flows seldom share all of theirs, so
 * that one that floods its queues leaves most others a free one. Dealt as upstream deals (util/shufflesharding).
 */
export function dealHand(hash: bigint, deckSize: number, handSize: number): number[] {
  const remainders: number[] = [];
  let rest = hash;
  for (let i = 0; i < handSize; i += 1) {
    const left = BigInt(deckSize - i);
    remainders.push(Number(rest % left));
    rest /= left;
  }
  return remainders.map((remainder, i) => {
    let card = remainder;
    for (let j = i - 1; j >= 0; j -= 1) if (card >= remainders[j]!) card += 1;
    return card;
  });
}

/** Upstream's hash of a flow: the first eight bytes of a SHA-256, the lowest first. */
export function hashFlow(schema: string, distinguisher: string): bigint {
  return createHash('sha256').update(`${schema}\0${distinguisher}`).digest().readBigUInt64LE(0);
}
