import { type Clock, type Logger, sleep } from '@typekube/component-base';
import type { ImageGcRules } from '../config/eviction';
import type { NodeEvent } from '../node/node-events';
import { errorText } from '../program';
import { type Runtime, runtimeErrorText } from '../runtime/runtime';
import type { NodeFileSystems } from '../stats/stats-provider';
import { bytesToFree, imagesToFree, type KnownImage, outdatedImages, unusedImages } from './plan-collection';

export interface ImageCollectorOptions {
  readonly runtime: Pick<Runtime, 'services' | 'images'>;
  readonly rules: ImageGcRules;
  readonly fileSystems: () => Promise<NodeFileSystems>;
  readonly record: (event: NodeEvent) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** As upstream's ImageGCPeriod. */
const PERIOD_MILLISECONDS = 5 * 60_000;

interface Use {
  readonly firstSeen: number;
  lastUsed: number;
}

/** Removes images that no container uses, when their file system becomes full. */
export class ImageCollector {
  private readonly uses = new Map<string, Use>();

  constructor(private readonly options: ImageCollectorOptions) {}

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    await this.attempt(() => this.look());
    while (!signal.aborted) {
      await sleep(clock, PERIOD_MILLISECONDS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.attempt(() => this.collect());
    }
  }

  /** Removes all that no container uses, whatever its age: the node needs the room. */
  async removeUnused(): Promise<void> {
    for (const image of unusedImages(await this.look())) await this.remove(image);
  }

  private async collect(): Promise<void> {
    const { rules, clock, fileSystems, record } = this.options;
    const images = await this.look();
    const outdated = outdatedImages(images, clock.now(), rules);
    for (const image of outdated) await this.remove(image);
    const { node, images: own } = await fileSystems();
    const wanted = bytesToFree(own ?? node, rules);
    if (wanted === 0) return;
    const chosen = imagesToFree(images.filter((image) => !outdated.includes(image)), wanted, { now: clock.now(), minimumAge: rules.minimumAge });
    for (const image of chosen) await this.remove(image);
    const freed = chosen.reduce((total, { size }) => total + size, 0);
    if (freed >= wanted) return;
    const { capacityBytes, availableBytes } = own ?? node;
    const usedPercent = 100 - Math.floor((availableBytes * 100) / capacityBytes);
    const message =
      `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free. ` +
      `Disk usage on image filesystem is at ${usedPercent}%.`;
    record({ type: 'Warning', reason: 'FreeDiskSpaceFailed', message });
  }

  /** All images, and which of them are used; remembers when they were. */
  private async look(): Promise<KnownImage[]> {
    const { runtime, clock } = this.options;
    const [{ images }, { containers }] = await Promise.all([runtime.images.ListImages({}), runtime.services.ListContainers({})]);
    const used = new Set(containers.flatMap(({ imageRef, imageId, image }) => [imageRef, imageId, image?.image ?? '']));
    const now = clock.now();
    const known = images.map(({ id, size, pinned, repoTags, repoDigests }): KnownImage => {
      const isUsed = [id, ...repoTags, ...repoDigests].some((name) => used.has(name));
      const use = this.uses.get(id) ?? { firstSeen: now, lastUsed: 0 };
      this.uses.set(id, use);
      if (isUsed) use.lastUsed = now;
      return { id, size, isUsed, isPinned: pinned, ...use };
    });
    const ids = new Set(images.map(({ id }) => id));
    for (const id of this.uses.keys()) if (!ids.has(id)) this.uses.delete(id);
    return known;
  }

  private async remove({ id, size }: KnownImage): Promise<void> {
    const { runtime, log } = this.options;
    try {
      await runtime.images.RemoveImage({ image: { image: id } });
      this.uses.delete(id);
      log.info('Removed an image that nobody uses', { image: id, size });
    } catch (error) {
      log.warn('Failed to remove an image', { image: id, error: runtimeErrorText(error) });
    }
  }

  private async attempt(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.options.log.warn('Image garbage collection failed; trying again later', { error: errorText(error) });
    }
  }
}
