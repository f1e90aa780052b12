import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Layout } from './layout';
import type { ClusterOptions } from './plan';

/** Notes that a cluster is about to be started, and with what: `up` may end before it has seen it ready and has written what belongs into it. */
export function noteBeginning({ beginningFile }: Layout, options: ClusterOptions): void {
  writeFileSync(beginningFile, JSON.stringify(options));
}

/** What the cluster that runs was started with; undefined once an `up` has finished it. */
export function readBeginning({ beginningFile }: Layout): ClusterOptions | undefined {
  try {
    return JSON.parse(readFileSync(beginningFile, 'utf8')) as ClusterOptions;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** When the cluster that is waited for was begun, in milliseconds; 0 once an `up` has finished it. */
export function begunAt({ beginningFile }: Layout): number {
  return statSync(beginningFile, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

export function forgetBeginning({ beginningFile }: Layout): void {
  rmSync(beginningFile, { force: true });
}
