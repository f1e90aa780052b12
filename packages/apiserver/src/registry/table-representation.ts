import type { KubeObject, ListMeta } from '@typekube/apimachinery';
import type { TableDefinition } from '@typekube/api';
import { type Entry, parseObject } from '../cache/entry';
import { metaApiVersion, type MetaVersion, partialMetadata } from '../http/partial-metadata';
import type { Representation } from './representation';
import { jsonFraming } from './watch-framing';

/** What a row tells of its object besides the cells: nothing, its metadata, or all of it. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** `as=Table`: the rows that `kubectl get` prints. */
export class TableRepresentation implements Representation {
  readonly isShared = false;
  readonly framing = jsonFraming;

  constructor(
    private readonly table: TableDefinition,
    private readonly include: IncludeObject,
    /** Brings a stored object to the asked version, for `Object`. */
    private readonly toVersion: (object: KubeObject) => KubeObject,
    private readonly version: MetaVersion,
  ) {}

  object(entry: Entry): Buffer {
    return this.one(parseObject(entry.bytes));
  }

  /** Of an object that is shown by another, as its scale is. */
  one(object: KubeObject): Buffer {
    const { resourceVersion } = object.metadata;
    return this.bytes(this.table.columns, { ...(resourceVersion && { resourceVersion }) }, [this.row(object, new Date())]);
  }

  list(entries: readonly Entry[], metadata: ListMeta): Buffer {
    return this.encode(entries, metadata, true);
  }

  eventObject(entry: Entry, isFirst: boolean): Buffer {
    return this.encode([entry], { resourceVersion: String(entry.revision) }, isFirst);
  }

  bookmark(metadata: KubeObject['metadata']): Buffer {
    const { resourceVersion } = metadata;
    const row = { cells: [], object: partialMetadata(metadata, this.version) };
    return this.bytes([], { ...(resourceVersion && { resourceVersion }) }, [row]);
  }

  private encode(entries: readonly Entry[], metadata: ListMeta, withColumns: boolean): Buffer {
    const now = new Date();
    const rows = entries.map((entry) => this.row(parseObject(entry.bytes), now));
    return this.bytes(withColumns ? this.table.columns : null, metadata, rows);
  }

  private row(object: KubeObject, now: Date): { cells: unknown[]; object?: KubeObject } {
    const cells = this.table.cells(object, now);
    if (this.include === 'None') return { cells };
    return { cells, object: this.include === 'Object' ? this.toVersion(object) : partialMetadata(object.metadata, this.version) };
  }

  private bytes(columnDefinitions: readonly unknown[] | null, metadata: ListMeta, rows: unknown[]): Buffer {
    return Buffer.from(JSON.stringify({ kind: 'Table', apiVersion: metaApiVersion(this.version), metadata, columnDefinitions, rows }));
  }
}
