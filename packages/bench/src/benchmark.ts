import type { Row } from './report';

export interface BenchmarkOptions {
  /** Whether to measure on a real etcd too. */
  readonly etcd: boolean;
  /** Tells of what has been found on the way, for who watches. */
  readonly note: (text: string) => void;
}

/** One benchmark: its name on the command line, and what it measures. Ends what it starts. */
export interface Benchmark {
  readonly name: string;
  run(options: BenchmarkOptions): Promise<Row[]>;
}
