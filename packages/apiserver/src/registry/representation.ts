import type { KubeObject, ListMeta } from '@typekube/apimachinery';
import type { Entry } from '../cache/entry';
import type { WatchFraming } from './watch-framing';

/** A form in which objects of one resource are answered: as they are, in another version, as metadata only, as a table. */
export interface Representation {
  /** To be awaited before the entries are asked for in this form, where it is there and gives something to await. */
  prepare?(entries: readonly Entry[]): Promise<void> | undefined;
  /** One object. */
  object(entry: Entry): Buffer;
  list(entries: readonly Entry[], metadata: ListMeta): Buffer;
  /** The object of a watch event. `isFirst` in its stream: a table then tells its columns. */
  eventObject(entry: Entry, isFirst: boolean): Buffer;
  /** The object of a bookmark. */
  bookmark(metadata: KubeObject['metadata']): Buffer;
  /** How the events of a watch in this form are framed. */
  readonly framing: WatchFraming;
  /** Whether the bytes of an event are the same for every watcher and position, so that they can be shared. */
  readonly isShared: boolean;
}

const LIST_END = Buffer.from(']}\n');

/** Joins encoded items to a list. `skip` bytes of each item (its kind and apiVersion) are left out, as upstream does in typed lists. */
export function joinList(head: string, items: readonly Buffer[], skip: number): Buffer {
  const start = Buffer.from(head);
  const opening = skip ? '{' : '';
  const separator = Buffer.from(`,${opening}`);
  const size = items.reduce((sum, { length }) => sum + length - skip + separator.length, start.length + LIST_END.length);
  const joined = Buffer.allocUnsafeSlow(size);
  let at = start.copy(joined);
  items.forEach((item, i) => {
    at += i ? separator.copy(joined, at) : joined.write(opening, at, 'latin1');
    at += item.copy(joined, at, skip);
  });
  at += LIST_END.copy(joined, at);
  return joined.subarray(0, at);
}

/** Lists of custom resources say that they do not go on, those of types leave it out. */
export function untypedListMeta(metadata: ListMeta): ListMeta {
  return { continue: '', ...metadata };
}

export function listHead(kind: string, apiVersion: string, metadata: ListMeta): string {
  return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(metadata)},"items":[`;
}
