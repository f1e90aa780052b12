import type { FieldKey } from './field-key';
import { printFieldKey } from './field-key';
import type { ListType } from './field-type';
import { FieldsError } from './fields-error';
import { itemKey } from './list-item';
import { mergeValues } from './merge';

/**
 * Merges two lists whose elements have steps. Elements of the configuration come in its order; those that only the list has stay where they are, as far as
 * that goes with it. Of duplicates in the list, those that the configuration names too are replaced by its one.
 */
export function mergeLists(type: ListType, list: unknown, config: unknown): unknown {
  const [items, wanted] = [arrayOf(list), arrayOf(config)];
  if (items.length === 0 && wanted.length === 0) return config;
  return new ListMerge(type, items, wanted).run();
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

class ListMerge {
  private readonly keys: readonly FieldKey[];
  private readonly wantedKeys: readonly FieldKey[];
  /** Elements by their steps; null for duplicates, which are not merged with anything. */
  private readonly byKey = new Map<FieldKey, unknown>();
  private readonly wantedByKey = new Map<FieldKey, unknown>();
  /** Steps that both have, in the order of the configuration; those before `due` have come. */
  private readonly shared: readonly FieldKey[];
  private due = 0;
  private readonly merged = new Set<FieldKey>();
  private readonly out: unknown[] = [];

  constructor(
    private readonly type: ListType,
    private readonly items: readonly unknown[],
    private readonly wanted: readonly unknown[],
  ) {
    this.keys = items.map((item) => itemKey(type, item));
    this.wantedKeys = wanted.map((item) => itemKey(type, item));
    for (const [i, key] of this.keys.entries()) this.byKey.set(key, this.byKey.has(key) ? null : items[i]);
    for (const [i, key] of this.wantedKeys.entries()) {
      if (this.wantedByKey.has(key)) throw new FieldsError(`duplicate entries for key ${printFieldKey(key)}`);
      this.wantedByKey.set(key, wanted[i]);
    }
    this.shared = this.wantedKeys.filter((key) => this.byKey.has(key));
  }

  run(): unknown[] {
    const { items, wanted } = this;
    let [at, next] = [0, 0];
    while (at < items.length || next < wanted.length) {
      const [key, wantedKey] = [this.keys[at], this.wantedKeys[next]];
      if (key !== undefined && key === wantedKey) {
        this.take(key);
        this.due += 1;
        at += 1;
        next += 1;
      } else if (key !== undefined && wantedKey !== undefined && this.isForLater(key)) {
        at += 1;
      } else if (key !== undefined && !this.wantedByKey.has(key)) {
        this.out.push(items[at]);
        at += 1;
      } else {
        // What has been merged already is passed over.
        if (key !== undefined && this.merged.has(key)) at += 1;
        if (wantedKey === undefined) continue;
        this.take(wantedKey);
        if (this.shared[this.due] === wantedKey) this.due += 1;
        next += 1;
      }
    }
    return this.out;
  }

  /** Both have it, but another one is due in the order of the configuration. */
  private isForLater(key: FieldKey): boolean {
    const due = this.shared[this.due];
    return this.wantedByKey.has(key) && due !== undefined && due !== key;
  }

  private take(key: FieldKey): void {
    this.merged.add(key);
    this.out.push(mergeValues(this.type.element, this.byKey.get(key), this.wantedByKey.get(key)));
  }
}
