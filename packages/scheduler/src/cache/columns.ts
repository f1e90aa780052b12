import type { Resources } from './resources';

/** The amounts of all nodes in flat arrays, one row a node, so that looking at thousands of nodes is a loop over numbers. */
export class ResourceColumns {
  milliCpu: Float64Array;
  memory: Float64Array;
  ephemeralStorage: Float64Array;
  private readonly scalars = new Map<string, Float64Array>();

  constructor(private capacity: number) {
    this.milliCpu = new Float64Array(capacity);
    this.memory = new Float64Array(capacity);
    this.ephemeralStorage = new Float64Array(capacity);
  }

  /** One amount, by the resource's name. */
  get(name: string, row: number): number {
    switch (name) {
      case 'cpu':
        return this.milliCpu[row] ?? 0;
      case 'memory':
        return this.memory[row] ?? 0;
      case 'ephemeral-storage':
        return this.ephemeralStorage[row] ?? 0;
      default:
        return this.scalars.get(name)?.[row] ?? 0;
    }
  }

  /** Adds amounts `times` times: -1 takes them away. */
  add(row: number, resources: Resources, times: 1 | -1): void {
    increase(this.milliCpu, row, times * resources.milliCpu);
    increase(this.memory, row, times * resources.memory);
    increase(this.ephemeralStorage, row, times * resources.ephemeralStorage);
    for (const [name, amount] of resources.scalars) increase(this.scalarColumn(name), row, times * amount);
  }

  set(row: number, resources: Resources): void {
    this.clear(row);
    this.add(row, resources, 1);
  }

  clear(row: number): void {
    for (const column of this.columns()) column[row] = 0;
  }

  copyRow(from: ResourceColumns, fromRow: number, row: number): void {
    this.milliCpu[row] = from.milliCpu[fromRow] ?? 0;
    this.memory[row] = from.memory[fromRow] ?? 0;
    this.ephemeralStorage[row] = from.ephemeralStorage[fromRow] ?? 0;
    for (const [name, column] of from.scalars) this.scalarColumn(name)[row] = column[fromRow] ?? 0;
  }

  grow(capacity: number): void {
    this.capacity = capacity;
    this.milliCpu = grown(this.milliCpu, capacity);
    this.memory = grown(this.memory, capacity);
    this.ephemeralStorage = grown(this.ephemeralStorage, capacity);
    for (const [name, column] of this.scalars) this.scalars.set(name, grown(column, capacity));
  }

  private scalarColumn(name: string): Float64Array {
    const found = this.scalars.get(name);
    if (found) return found;
    const column = new Float64Array(this.capacity);
    this.scalars.set(name, column);
    return column;
  }

  private columns(): Float64Array[] {
    return [this.milliCpu, this.memory, this.ephemeralStorage, ...this.scalars.values()];
  }
}

/** All numbers of all nodes. Rows of nodes that are gone are used again. */
export class NodeColumns {
  readonly allocatable: ResourceColumns;
  readonly requested: ResourceColumns;
  /** How many pods a node may run. */
  allowedPods: Float64Array;
  podCount: Float64Array;
  /** The requests that count in scores. */
  nonZeroMilliCpu: Float64Array;
  nonZeroMemory: Float64Array;
  private readonly free: number[] = [];
  private used = 0;

  constructor(private capacity = 16) {
    this.allocatable = new ResourceColumns(capacity);
    this.requested = new ResourceColumns(capacity);
    this.allowedPods = new Float64Array(capacity);
    this.podCount = new Float64Array(capacity);
    this.nonZeroMilliCpu = new Float64Array(capacity);
    this.nonZeroMemory = new Float64Array(capacity);
  }

  /** A row of zeros. */
  allocate(): number {
    const row = this.free.pop() ?? this.used++;
    if (row >= this.capacity) this.grow(this.capacity * 2);
    return row;
  }

  release(row: number): void {
    this.allocatable.clear(row);
    this.requested.clear(row);
    for (const column of [this.allowedPods, this.podCount, this.nonZeroMilliCpu, this.nonZeroMemory]) column[row] = 0;
    this.free.push(row);
  }

  /** Counts a pod in (1) or out (-1). */
  addPod(
    row: number,
    pod: { readonly requests: Resources; readonly nonZero: { milliCpu: number; memory: number } },
    times: 1 | -1,
  ): void {
    this.requested.add(row, pod.requests, times);
    increase(this.podCount, row, times);
    increase(this.nonZeroMilliCpu, row, times * pod.nonZero.milliCpu);
    increase(this.nonZeroMemory, row, times * pod.nonZero.memory);
  }

  copyRow(from: NodeColumns, fromRow: number, row: number): void {
    this.allocatable.copyRow(from.allocatable, fromRow, row);
    this.requested.copyRow(from.requested, fromRow, row);
    this.allowedPods[row] = from.allowedPods[fromRow] ?? 0;
    this.podCount[row] = from.podCount[fromRow] ?? 0;
    this.nonZeroMilliCpu[row] = from.nonZeroMilliCpu[fromRow] ?? 0;
    this.nonZeroMemory[row] = from.nonZeroMemory[fromRow] ?? 0;
  }

  private grow(capacity: number): void {
    this.capacity = capacity;
    this.allocatable.grow(capacity);
    this.requested.grow(capacity);
    this.allowedPods = grown(this.allowedPods, capacity);
    this.podCount = grown(this.podCount, capacity);
    this.nonZeroMilliCpu = grown(this.nonZeroMilliCpu, capacity);
    this.nonZeroMemory = grown(this.nonZeroMemory, capacity);
  }
}

function increase(column: Float64Array, row: number, amount: number): void {
  column[row] = (column[row] ?? 0) + amount;
}

function grown(column: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(column);
  return larger;
}
