import { spawnSync } from 'node:child_process';
import { macOf } from './addresses';
import { tryRun } from './host';

export interface Bridge {
  readonly name: string;
  /** The machine's own address on it. */
  readonly address: string;
  readonly prefixLength: number;
}

/**
 * Makes the link of the pods before CNI has a pod to make it for: cluster DNS listens on its address. One that is there is kept. Fails with what
 * `ip` says.
 */
export function makeBridge({ name, address, prefixLength }: Bridge): void {
  tryRun('ip', 'link', 'add', name, 'address', macOf(address), 'type', 'bridge');
  run('address', 'replace', `${address}/${prefixLength}`, 'brd', '+', 'dev', name);
  run('link', 'set', name, 'up');
}

function run(...args: string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
