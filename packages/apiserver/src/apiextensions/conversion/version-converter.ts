import { type FieldError, type KubeObject, newInvalid } from '@typekube/apimachinery';
import type { CustomWebhook } from '@typekube/api';
import { type Entry, EntryFormat, parseObject } from '../../cache/entry';
import type { ConversionWebhooks } from './conversion-webhooks';

export interface VersionConverterOptions {
  readonly webhooks: ConversionWebhooks;
  readonly webhook: CustomWebhook;
  readonly kind: string;
  readonly storageVersion: string;
  /** What objects are brought to. */
  readonly version: string;
  /** Drops what that version does not know. */
  readonly prune: (object: KubeObject) => void;
}

/** Objects in one version of their kind, of whatever version they are stored in. Each is converted once for as long as it is cached. */
export class VersionConverter {
  private readonly converted = new WeakMap<Entry, Entry | Promise<unknown>>();
  private readonly format: EntryFormat;

  constructor(private readonly options: VersionConverterOptions) {
    this.format = new EntryFormat(options.kind, options.version, {});
  }

  /** Converts all of them by one review; undefined where nothing has to be. Those that are being converted are waited for. */
  prepare(entries: readonly Entry[]): Promise<void> | undefined {
    const waiting: Promise<unknown>[] = [];
    const unknown: Entry[] = [];
    for (const entry of entries) {
      if (this.isNative(entry)) continue;
      const known = this.converted.get(entry);
      if (known instanceof Promise) waiting.push(known);
      else if (!known) unknown.push(entry);
    }
    if (unknown.length) waiting.push(this.start(unknown));
    return waiting.length ? Promise.all(waiting).then(() => undefined) : undefined;
  }

  /** What `prepare` has made of it. */
  of(entry: Entry): Entry {
    if (this.isNative(entry)) return entry;
    const converted = this.converted.get(entry);
    if (!converted || converted instanceof Promise) throw new Error(`${entry.key} is not converted yet`);
    return converted;
  }

  /** A single object that is not cached. */
  async convert(object: KubeObject): Promise<KubeObject> {
    const { webhooks, webhook, version, prune } = this.options;
    if (object.apiVersion === version) return object;
    const [converted = object] = await webhooks.convert(webhook, [object], version);
    prune(converted);
    return converted;
  }

  private start(entries: readonly Entry[]): Promise<unknown> {
    const running = this.convertAll(entries).catch((error: unknown) => {
      // The next who asks tries anew.
      for (const entry of entries) this.converted.delete(entry);
      throw error;
    });
    for (const entry of entries) this.converted.set(entry, running);
    return running;
  }

  private async convertAll(entries: readonly Entry[]): Promise<void> {
    const { webhooks, webhook, version, prune } = this.options;
    const objects = await webhooks.convert(webhook, entries.map(({ bytes }) => parseObject(bytes)), version);
    entries.forEach((entry, i) => {
      const object = objects[i]!;
      prune(object);
      const { key, revision } = entry;
      const value = this.format.encode(object);
      const made = this.format.read({ key, value, createRevision: revision, modRevision: revision }, object);
      this.converted.set(entry, { ...made, ...(entry.isStale && { isStale: true }) });
    });
  }

  private isNative({ apiVersion }: Entry): boolean {
    return (apiVersion ?? this.options.storageVersion) === this.options.version;
  }
}

/** What a served version writes: held to its own schema first, as only it knows what its clients mean. */
export function checkVersion({ group, kind }: { group: string; kind: string }, object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length) throw newInvalid({ group, kind }, object.metadata.name ?? '', [...errors]);
}
