/** What the expressions that are evaluated together may still cost. */
export class Budget {
  private spent = false;

  constructor(private left: number) {}

  get isSpent(): boolean {
    return this.spent;
  }

  get remaining(): number {
    return this.left;
  }

  /** Takes a cost off; false, for good, where there is not so much left. */
  spend(cost: number): boolean {
    if (cost > this.left) this.spent = true;
    else this.left -= cost;
    return !this.spent;
  }

  exhaust(): void {
    this.spent = true;
  }
}
