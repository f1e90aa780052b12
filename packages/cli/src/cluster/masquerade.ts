import { spawnSync } from 'node:child_process';
import { tryRun } from './host';

const TABLE = 'typekube';

/**
 * Rules by which pods reach what lies beyond the machine, under its own address: one for all pods, where CNI's `ipMasq` would make some for
 * each, by several runs of iptables. Multicast stays as it is, as with `ipMasq`.
 */
export function masqueradeRules(podCidr: string): string {
  return [
    // What is there already goes in the same transaction.
    `add table ip ${TABLE}`,
    `delete table ip ${TABLE}`,
    `table ip ${TABLE} {`,
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    `    ip saddr ${podCidr} ip daddr != { ${podCidr}, 224.0.0.0/4 } masquerade`,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Fails with what nft says. */
export function masqueradePods(podCidr: string): void {
  const { status, stderr, error } = spawnSync('nft', ['-f', '-'], { input: masqueradeRules(podCidr), encoding: 'utf8' });
  if (status !== 0) throw new Error(`nft: ${error?.message ?? stderr.trim()}`);
}

export function removeMasquerade(): void {
  tryRun('nft', 'delete', 'table', 'ip', TABLE);
}
