/**
 * A binary heap whose items can be found, changed and taken out by key; the first by `less` is on top. (scheduler/backend/heap)
 */
export class KeyedHeap<T> {
  private readonly items: { readonly key: string; item: T }[] = [];
  private readonly positions = new Map<string, number>();

  constructor(private readonly less: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  has(key: string): boolean {
    return this.positions.has(key);
  }

  get(key: string): T | undefined {
    const position = this.positions.get(key);
    return position === undefined ? undefined : this.items[position]?.item;
  }

  peek(): T | undefined {
    return this.items[0]?.item;
  }

  /** Adds an item, or puts it where it belongs now in place of the one with its key. */
  set(key: string, item: T): void {
    const position = this.positions.get(key) ?? this.items.length;
    this.items[position] = { key, item };
    this.positions.set(key, position);
    this.down(this.up(position));
  }

  delete(key: string): T | undefined {
    const position = this.positions.get(key);
    if (position === undefined) return undefined;
    const item = this.items[position]?.item;
    this.swap(position, this.items.length - 1);
    this.items.pop();
    this.positions.delete(key);
    if (position < this.items.length) this.down(this.up(position));
    return item;
  }

  pop(): T | undefined {
    const top = this.items[0];
    return top && this.delete(top.key);
  }

  /** All items, in no order. */
  values(): T[] {
    return this.items.map(({ item }) => item);
  }

  private up(start: number): number {
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!this.isLess(position, parent)) break;
      this.swap(position, parent);
      position = parent;
    }
    return position;
  }

  private down(start: number): void {
    let position = start;
    for (;;) {
      let first = position;
      for (const child of [2 * position + 1, 2 * position + 2]) {
        if (child < this.items.length && this.isLess(child, first)) first = child;
      }
      if (first === position) return;
      this.swap(position, first);
      position = first;
    }
  }

  private isLess(a: number, b: number): boolean {
    const [first, second] = [this.items[a], this.items[b]];
    return first !== undefined && second !== undefined && this.less(first.item, second.item);
  }

  private swap(a: number, b: number): void {
    const [first, second] = [this.items[a], this.items[b]];
    if (!first || !second || a === b) return;
    this.items[a] = second;
    this.items[b] = first;
    this.positions.set(second.key, a);
    this.positions.set(first.key, b);
  }
}
