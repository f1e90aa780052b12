import type { KubeObject, ListMeta } from '@typekube/apimachinery';
import type { Entry, EntryFormat } from '../cache/entry';
import { joinList, listHead, type Representation } from './representation';
import { jsonFraming } from './watch-framing';

/** Objects in their storage version: the cached bytes themselves. */
export class NativeRepresentation implements Representation {
  readonly isShared = true;
  readonly framing = jsonFraming;

  constructor(private readonly format: EntryFormat) {}

  object(entry: Entry): Buffer {
    return entry.bytes;
  }

  list(entries: readonly Entry[], metadata: ListMeta): Buffer {
    const { kind, apiVersion, head } = this.format;
    return joinList(
      listHead(`${kind}List`, apiVersion, metadata),
      entries.map((entry) => entry.bytes),
      head.length,
    );
  }

  eventObject(entry: Entry): Buffer {
    return entry.bytes;
  }

  bookmark(metadata: KubeObject['metadata']): Buffer {
    const { kind, apiVersion } = this.format;
    return Buffer.from(JSON.stringify({ kind, apiVersion, metadata }));
  }
}
