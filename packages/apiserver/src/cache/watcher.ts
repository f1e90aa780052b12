import type { CacheEvent } from './event-ring';
import type { EntryFilter } from '../registry/entry-filter';
import type { Entry } from './entry';

/** What a watcher is told: its own view of an event, since an object may enter or leave its selection. */
export interface WatchNotice {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly entry: Entry;
}

/**
 * An event as one selection sees it: entering the selection is ADDED, leaving it DELETED (with the last state that was in it,
 * at the revision of the change); undefined where it does not concern the selection.
 */
export function viewEvent(event: CacheEvent, filter: EntryFilter | undefined, leave: Leave): WatchNotice | undefined {
  if (!filter) return event;
  const { previous } = event;
  const was = previous !== undefined && filter(previous);
  if (event.type === 'DELETED') return was ? event : undefined;
  if (filter(event.entry)) return { type: was ? 'MODIFIED' : 'ADDED', entry: event.entry };
  return was ? { type: 'DELETED', entry: leave(previous, event.revision) } : undefined;
}

/** Makes the last state of an object that leaves a selection. */
export type Leave = (last: Entry, revision: number) => Entry;
