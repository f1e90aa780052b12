import type { Change } from './record';

/** The newest changes in memory, without a gap: those that are in the log and not yet known to be in the database. */
export class Tail {
  private kept: Change[] = [];

  get changes(): readonly Change[] {
    return this.kept;
  }

  get size(): number {
    return this.kept.length;
  }

  get(revision: number): Change | undefined {
    const first = this.kept[0]?.revision ?? Infinity;
    return revision < first ? undefined : this.kept[revision - first];
  }

  /** Takes changes that follow on the last one. */
  add(changes: readonly Change[]): void {
    for (const change of changes) this.kept.push(change);
  }

  /** Lets go of the changes up to `revision`. */
  forget(revision: number): void {
    this.kept = this.kept.filter((change) => change.revision > revision);
  }
}
