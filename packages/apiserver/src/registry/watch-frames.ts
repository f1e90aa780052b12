import type { BucketCounts } from '@typekube/component-base';
import { prefixEnd } from '@typekube/storage';
import type { Entry } from '../cache/entry';
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
  if (last?.event === event && last.form === form && last.type === notice.type) return last.frame;
  const frames = framesOf(event, form);
  let frame = frames.get(notice.type);
  if (!frame) {
    frame = form.framing.frame(notice.type, form.eventObject(notice.entry, isFirst));
    frames.set(notice.type, frame);
  }
  last = { event, form, type: notice.type, frame };
  return frame;
}

/** The frame asked for last: an event goes to all its watchers in a row, most of them in the same form. */
let last: { readonly event: CacheEvent; readonly form: Representation; readonly type: string; readonly frame: Buffer } | undefined;

function framesOf(event: CacheEvent, form: Representation): Map<string, Buffer> {
  let byForm = shared.get(event);
  if (!byForm) shared.set(event, (byForm = new Map()));
  let frames = byForm.get(form);
  if (!frames) byForm.set(form, (frames = new Map()));
  return frames;
}

/** The objects of a snapshot that a watch begins with. */
export function* initialEntries(tree: EntryTree, prefix: string, filter: EntryFilter | undefined): Generator<Entry, void> {
  const end = prefixEnd(prefix);
  for (const [key, entry] of tree.entries(prefix)) {
    if (key >= end) return;
    if (!filter || filter(entry)) yield entry;
  }
}

/** ADDED frames of objects, made one by one as they are taken, and counted. */
export function* initialFrames(entries: Iterable<Entry>, form: Representation, sizes: BucketCounts | undefined): Generator<Buffer, void> {
  let isFirst = true;
  for (const entry of entries) {
    const frame = form.framing.frame('ADDED', form.eventObject(entry, isFirst));
    sizes?.observe(frame.length);
    yield frame;
    isFirst = false;
  }
}

/** A bookmark: all events up to `revision` have been sent. */
export function bookmarkFrame(form: Representation, revision: number, annotations?: Record<string, string>): Buffer {
  const metadata = { resourceVersion: String(revision), ...(annotations && { annotations }) };
  return form.framing.frame('BOOKMARK', form.bookmark(metadata));
}
