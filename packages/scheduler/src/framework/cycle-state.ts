/** A value was asked for that the plugin has not written in this cycle: its earlier extension point did not run. */
export class StateMissing extends Error {
  override readonly name = 'StateMissing';
}

/** What a plugin keeps through one scheduling cycle. Values that change with `addPod` and `removePod` say how to be cloned. */
export class StateKey<T> {
  private readonly values = new WeakMap<CycleState, { readonly value: T }>();

  constructor(
    readonly name: string,
    private readonly clone: (value: T) => T = (value) => value,
  ) {}

  write(state: CycleState, value: T): void {
    this.values.set(state, { value });
    state.written.add(this);
  }

  /** What was written in this cycle, if anything. */
  find(state: CycleState): T | undefined {
    return this.values.get(state)?.value;
  }

  /** What was written in this cycle. Throws a StateMissing if nothing was. */
  read(state: CycleState): T {
    const entry = this.values.get(state);
    if (!entry) throw new StateMissing(`reading "${this.name}" from cycleState: not found`);
    return entry.value;
  }

  /** Writes a clone of one cycle's value into another. */
  copy(from: CycleState, to: CycleState): void {
    this.write(to, this.clone(this.read(from)));
  }
}

/** The notes of all plugins about one pod in one scheduling cycle, and which of them have nothing to say of it. */
export class CycleState {
  /** Plugins whose PreFilter returned Skip: their Filter is not called. */
  readonly skipFilter = new Set<string>();
  /** Plugins whose PreScore returned Skip: their Score is not called. */
  readonly skipScore = new Set<string>();
  /** For StateKey: the keys with a value in this cycle. */
  readonly written = new Set<{ copy(from: CycleState, to: CycleState): void }>();

  /** A copy that may change without this one: for trying what would be. */
  clone(): CycleState {
    const copy = new CycleState();
    for (const plugin of this.skipFilter) copy.skipFilter.add(plugin);
    for (const plugin of this.skipScore) copy.skipScore.add(plugin);
    for (const key of this.written) key.copy(this, copy);
    return copy;
  }
}
