import { bytesToFree, imagesToFree, type KnownImage, outdatedImages } from './plan-collection';

const RULES = { highPercent: 85, lowPercent: 80, minimumAge: 120_000, maximumAge: 0 };
const NOW = 10_000_000;

const image = (id: string, changes: Partial<KnownImage> = {}): KnownImage => ({ id, size: 100, isUsed: false, isPinned: false, firstSeen: 0, lastUsed: 0, ...changes });
const idsOf = (images: readonly KnownImage[]): string[] => images.map(({ id }) => id);

it.each([
  [1000, 160, 0],
  [1000, 150, 50],
  [1000, 0, 200],
  [0, 0, 0],
])('of %p bytes with %p left wants %p freed', (capacityBytes, availableBytes, bytes) => {
  expect(bytesToFree({ capacityBytes, availableBytes }, RULES)).toBe(bytes);
});

it('frees as much as is wanted, beginning with what was used the longest time ago', () => {
  const images = [image('late', { lastUsed: 300 }), image('early', { lastUsed: 100 }), image('never'), image('used', { isUsed: true }), image('pinned', { isPinned: true })];
  expect(idsOf(imagesToFree(images, 150, { now: NOW, minimumAge: RULES.minimumAge }))).toEqual(['never', 'early']);
  expect(idsOf(imagesToFree(images, 10_000, { now: NOW, minimumAge: RULES.minimumAge }))).toEqual(['never', 'early', 'late']);
});

it('leaves images that came just now', () => {
  expect(imagesToFree([image('new', { firstSeen: NOW - 119_000 })], 10, { now: NOW, minimumAge: RULES.minimumAge })).toEqual([]);
});

it('lets images go that nobody has used for too long, where it is to', () => {
  const images = [image('old', { firstSeen: 1 }), image('used lately', { lastUsed: NOW - 10 }), image('used', { isUsed: true })];
  expect(idsOf(outdatedImages(images, NOW, { ...RULES, maximumAge: 1000 }))).toEqual(['old']);
  expect(outdatedImages(images, NOW, RULES)).toEqual([]);
});
