import type { KubeObject, ListMeta } from '@typekube/apimachinery';
import type { Entry, EntryFormat } from '../cache/entry';
import { LastList } from './last-list';
import { joinList, listHead, type Representation, untypedListMeta } from './representation';
import { jsonFraming } from './watch-framing';

/** Objects in their storage version: the cached bytes themselves. */
export class NativeRepresentation implements Representation {
  readonly isShared = true;
  readonly framing = jsonFraming;
  private readonly lastList = new LastList();

  /** @param itemsTellKind as those in lists of custom resources do, unlike those of typed lists. */
  constructor(
    private readonly format: EntryFormat,
    private readonly listKind: string,
    private readonly itemsTellKind: boolean,
  ) {}

  object(entry: Entry): Buffer {
    return entry.bytes;
  }

  list(entries: readonly Entry[], metadata: ListMeta): Buffer {
    const { apiVersion, head } = this.format;
    const opening = listHead(this.listKind, apiVersion, this.itemsTellKind ? untypedListMeta(metadata) : metadata);
    return this.lastList.bytesOf(opening, entries, () => {
      const items = entries.map((entry) => entry.bytes);
      return joinList(opening, items, this.itemsTellKind ? 0 : head.length);
    });
  }

  eventObject(entry: Entry): Buffer {
    return entry.bytes;
  }

  bookmark(metadata: KubeObject['metadata']): Buffer {
    const { kind, apiVersion } = this.format;
    return Buffer.from(JSON.stringify({ kind, apiVersion, metadata }));
  }
}
