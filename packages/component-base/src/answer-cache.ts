import type { Clock } from './clock';

const MAX_ANSWERS = 4096;

/** Answers of the API server, kept for as long as each may be believed. Who asks the same at the same time waits for one answer; a failure is not kept. */
export class AnswerCache<T> {
  private readonly answers = new Map<string, { readonly answer: Promise<T>; until: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly millisecondsFor: (answer: T) => number,
  ) {}

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(key);
    if (known && known.until > this.clock.now()) return known.answer;
    const asked = { answer: ask(), until: Infinity };
    this.answers.delete(key);
    this.answers.set(key, asked);
    this.dropOldest();
    asked.answer.then(
      (answer) => (asked.until = this.clock.now() + this.millisecondsFor(answer)),
      () => this.answers.get(key) === asked && this.answers.delete(key),
    );
    return asked.answer;
  }

  private dropOldest(): void {
    const [oldest] = this.answers.keys();
    if (this.answers.size > MAX_ANSWERS && oldest !== undefined) this.answers.delete(oldest);
  }
}
