/** Numbers by topology: a label's key, then its value on a node. */
export class TopologyCounts {
  private readonly keys = new Map<string, Map<string, number>>();

  /** Adds to the number of that topology. One that comes to 0 is as if it had never been. */
  add(key: string, value: string, amount: number): void {
    const values = this.keys.get(key) ?? new Map<string, number>();
    const sum = (values.get(value) ?? 0) + amount;
    if (sum === 0) values.delete(value);
    else values.set(value, sum);
    if (values.size) this.keys.set(key, values);
    else this.keys.delete(key);
  }

  get(key: string, value: string): number {
    return this.keys.get(key)?.get(value) ?? 0;
  }

  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  /** The keys that have any number. */
  topologyKeys(): IterableIterator<string> {
    return this.keys.keys();
  }

  clone(): TopologyCounts {
    const copy = new TopologyCounts();
    for (const [key, values] of this.keys) copy.keys.set(key, new Map(values));
    return copy;
  }
}
