import { CelError } from '../values/cel-error';
import type { Step } from './frame';

/** The names within an expression, each with its place in a frame. */
export class Scope {
  private constructor(private readonly steps: ReadonlyMap<string, Step>, readonly size: number) {}

  static empty(): Scope {
    return new Scope(new Map(), 0);
  }

  /** The next free place of a frame. */
  get nextPlace(): number {
    return this.size;
  }

  read(name: string): Step | undefined {
    return this.steps.get(name);
  }

  /** The scope with one more name, read from the next free place. */
  with(name: string, step: Step = readPlace(this.size)): Scope {
    return new Scope(new Map(this.steps).set(name, step), this.size + 1);
  }
}

function readPlace(place: number): Step {
  return (frame) => {
    frame.charge(1);
    const value = frame.locals[place];
    return value ?? (value === null ? null : new CelError('no such attribute'));
  };
}
