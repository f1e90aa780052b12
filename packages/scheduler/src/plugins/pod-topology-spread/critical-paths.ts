interface Path {
  readonly value: string;
  readonly count: number;
}

const NONE: Path = { value: '', count: Number.POSITIVE_INFINITY };

/**
 * The two topologies with the fewest pods. It is right as long as pods come and go in one topology only between two looks,
 * which is so for trying what would be on one node. (podtopologyspread.criticalPaths)
 */
export class CriticalPaths {
  constructor(
    private fewest: Path = NONE,
    private next: Path = NONE,
  ) {}

  /** The fewest pods in any topology; Infinity where there is no topology. */
  get minimum(): number {
    return this.fewest.count;
  }

  update(value: string, count: number): void {
    if (value === this.fewest.value && this.fewest !== NONE) this.fewest = { value, count };
    else if (value === this.next.value && this.next !== NONE) this.next = { value, count };
    else if (count < this.fewest.count) [this.next, this.fewest] = [this.fewest, { value, count }];
    else if (count < this.next.count) this.next = { value, count };
    if (this.fewest.count > this.next.count) [this.fewest, this.next] = [this.next, this.fewest];
  }

  clone(): CriticalPaths {
    return new CriticalPaths(this.fewest, this.next);
  }
}
