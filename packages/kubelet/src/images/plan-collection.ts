import type { ImageGcRules } from '../config/eviction';

/** An image of the runtime, and what is known of its use. */
export interface KnownImage {
  readonly id: string;
  readonly size: number;
  readonly isUsed: boolean;
  /** The runtime is never to remove it. */
  readonly isPinned: boolean;
  readonly firstSeen: number;
  /** When a container that uses it was seen last; 0: never. */
  readonly lastUsed: number;
}

/** The unused ones, that which was used the longest time ago first; pure. */
export function unusedImages(images: readonly KnownImage[]): KnownImage[] {
  return images.filter(({ isUsed, isPinned }) => !isUsed && !isPinned).sort((a, b) => a.lastUsed - b.lastUsed || a.firstSeen - b.firstSeen);
}

/** Those that have not been used for longer than anybody is to wait; pure. */
export function outdatedImages(images: readonly KnownImage[], now: number, { maximumAge }: ImageGcRules): KnownImage[] {
  if (maximumAge === 0) return [];
  return unusedImages(images).filter(({ firstSeen, lastUsed }) => now - Math.max(firstSeen, lastUsed) > maximumAge);
}

/** How many bytes are to be freed of a file system that is fuller than images may make it; 0: none. */
export function bytesToFree({ capacityBytes, availableBytes }: { readonly capacityBytes: number; readonly availableBytes: number }, rules: ImageGcRules): number {
  const percent = 100 - Math.floor((availableBytes * 100) / capacityBytes);
  if (capacityBytes === 0 || percent < rules.highPercent) return 0;
  return Math.max(0, Math.floor((capacityBytes * (100 - rules.lowPercent)) / 100) - availableBytes);
}

/** The images to remove so that so much is freed; those that came just now may be used soon. Pure. */
export function imagesToFree(images: readonly KnownImage[], bytes: number, { now, minimumAge }: { readonly now: number; readonly minimumAge: number }): KnownImage[] {
  const chosen: KnownImage[] = [];
  let left = bytes;
  for (const image of unusedImages(images)) {
    if (left <= 0) break;
    if (image.lastUsed > now || now - image.firstSeen < minimumAge) continue;
    chosen.push(image);
    left -= image.size;
  }
  return chosen;
}
