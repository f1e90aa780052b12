import { spawnSync } from 'node:child_process';
import { masqueradeRules } from './masquerade';

it('lets pods out under the address of the machine, but for traffic among them and multicast', () => {
  const rules = masqueradeRules('10.244.0.0/24');
  expect(rules).toContain('ip saddr 10.244.0.0/24 ip daddr != { 10.244.0.0/24, 224.0.0.0/4 } masquerade');
  // Twice, in a network of its own: the second time the table is there.
  const script = 'for i in 1 2; do printf %s "$1" | nft -f - || exit 1; done; nft list table ip typekube';
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', script, 'sh', rules], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.match(/masquerade/g)).toHaveLength(1);
});
