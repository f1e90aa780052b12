import { prefixEnd } from '@typekube/storage';
import type { CacheEvent } from '../cache/event-ring';
import type { EntryTree } from '../cache/resource-cache';
import type { WatchNotice } from '../cache/watcher';
import type { EntryFilter } from './entry-filter';
import type { Representation } from './representation';

/**
 * Frames that all watchers of a representation share, by event. An event is encoded once, whatever the number of its watchers;
 * what a selection sees differently (a change of type) has a frame of its own.
 */
const shared = new WeakMap<CacheEvent, Map<Representation, Map<string, Buffer>>>();

export function eventFrame(form: Representation, event: CacheEvent, notice: WatchNotice, isFirst: boolean): Buffer {
  const isOwn = !form.isShared || notice.entry !== event.entry;
  if (isOwn) return form.framing.frame(notice.type, form.eventObject(notice.entry, isFirst));
  const frames = framesOf(event, form);
  let frame = frames.get(notice.type);
  if (!frame) {
    frame = form.framing.frame(notice.type, form.eventObject(notice.entry, isFirst));
    frames.set(notice.type, frame);
  }
  return frame;
}

function framesOf(event: CacheEvent, form: Representation): Map<string, Buffer> {
  let byForm = shared.get(event);
  if (!byForm) shared.set(event, (byForm = new Map()));
  let frames = byForm.get(form);
  if (!frames) byForm.set(form, (frames = new Map()));
  return frames;
}

/** ADDED frames of the present objects, as one list: the tree may change while the stream drains. */
export function initialFrames(tree: EntryTree, prefix: string, filter: EntryFilter | undefined, form: Representation): Buffer[] {
  const frames: Buffer[] = [];
  tree.forRange(prefix, prefixEnd(prefix), false, (_key, entry) => {
    if (!filter || filter(entry)) frames.push(form.framing.frame('ADDED', form.eventObject(entry, frames.length === 0)));
  });
  return frames;
}

/** A bookmark: all events up to `revision` have been sent. */
export function bookmarkFrame(form: Representation, revision: number, annotations?: Record<string, string>): Buffer {
  const metadata = { resourceVersion: String(revision), ...(annotations && { annotations }) };
  return form.framing.frame('BOOKMARK', form.bookmark(metadata));
}
