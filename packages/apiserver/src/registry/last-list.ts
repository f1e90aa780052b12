import type { Entry } from '../cache/entry';

interface Encoded {
  readonly head: string;
  readonly entries: readonly Entry[];
  readonly bytes: Buffer;
}

/**
 * The bytes of a representation's last list, for the next client that asks for the very same: the same entries, which never change, under
 * the same head. Held weakly, so that a large list takes no memory for longer than the collector lets it.
 */
export class LastList {
  private last: WeakRef<Encoded> | undefined;

  bytesOf(head: string, entries: readonly Entry[], join: () => Buffer): Buffer {
    const last = this.last?.deref();
    if (last && last.head === head && isSame(last.entries, entries)) return last.bytes;
    const bytes = join();
    this.last = new WeakRef({ head, entries, bytes });
    return bytes;
  }
}

function isSame(some: readonly Entry[], others: readonly Entry[]): boolean {
  return some === others || (some.length === others.length && some.every((entry, i) => entry === others[i]));
}
