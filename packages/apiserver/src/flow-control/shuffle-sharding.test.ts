import { dealHand, hashFlow } from './shuffle-sharding';

describe('shuffle sharding', () => {
  it('deals different cards of the deck, the same for the same hash', () => {
    for (let i = 0; i < 500; i += 1) {
      const hash = hashFlow('schema', `user-${i}`);
      const hand = dealHand(hash, 64, 6);
      expect(new Set(hand).size).toBe(6);
      expect(hand.every((card) => card >= 0 && card < 64)).toBe(true);
      expect(dealHand(hash, 64, 6)).toEqual(hand);
    }
  });

  it.each([
    [0n, 5, 5, [0, 1, 2, 3, 4]],
    [119n, 5, 5, [4, 3, 2, 1, 0]],
    // 7 = 3 + 4 * 1 of a deck of four; of the three left the second one, which is card 1.
    [7n, 4, 2, [3, 1]],
    // Of the cards left after card 0, the one at place 0 is card 1.
    [4n, 4, 2, [0, 2]],
  ])('deals %s of a deck of %s as counted by hand', (hash, deck, hand, cards) => {
    expect(dealHand(hash, deck, hand)).toEqual(cards);
  });

  it('spreads flows evenly', () => {
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 4000; i += 1) for (const card of dealHand(hashFlow('s', String(i)), 16, 4)) counts[card]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});
