import type { KubeObject, ListMeta } from '@typekube/apimachinery';
import type { Entry } from '../../cache/entry';
import type { Representation } from '../../registry/representation';
import type { VersionConverter } from './version-converter';

/** A form of objects that a webhook has to convert first: what is asked for must be prepared. */
export class ConvertedRepresentation implements Representation {
  readonly isShared: boolean;
  readonly framing: Representation['framing'];

  constructor(
    private readonly converter: VersionConverter,
    private readonly form: Representation,
  ) {
    this.isShared = form.isShared;
    this.framing = form.framing;
  }

  prepare(entries: readonly Entry[]): Promise<void> | undefined {
    return this.converter.prepare(entries);
  }

  object(entry: Entry): Buffer {
    return this.form.object(this.converter.of(entry));
  }

  list(entries: readonly Entry[], metadata: ListMeta): Buffer {
    return this.form.list(entries.map((entry) => this.converter.of(entry)), metadata);
  }

  eventObject(entry: Entry, isFirst: boolean): Buffer {
    return this.form.eventObject(this.converter.of(entry), isFirst);
  }

  bookmark(metadata: KubeObject['metadata']): Buffer {
    return this.form.bookmark(metadata);
  }
}
