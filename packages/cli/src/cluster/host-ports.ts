import { spawnSync } from 'node:child_process';

const CHAIN_PREFIX = 'CNI-HOSTPORT-';

/**
 * What takes away the chains that CNI's portmap plugin shares among all pods and leaves when the last one has gone: arguments of `iptables`, in
 * order. `rules` are those of `iptables -t nat -S`. Nothing while a pod of any runtime on this machine has a port in them.
 */
export function planHostPortCleanup(rules: string): string[][] {
  const lines = rules.split('\n').map((line): string[] => line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []);
  const chains = lines.flatMap(([action, chain = '']) => (action === '-N' && chain.startsWith(CHAIN_PREFIX) ? [chain] : []));
  const isInUse = lines.some(([action, chain]) => action === '-A' && chain === `${CHAIN_PREFIX}DNAT`);
  if (isInUse) return [];
  const jumps = lines.filter((words) => words[0] === '-A' && words[words.indexOf('-j') + 1]?.startsWith(CHAIN_PREFIX));
  return [
    ...jumps.map(([, ...words]) => ['-D', ...words.map((word) => word.replace(/^"(.*)"$/, '$1'))]),
    ...chains.map((chain) => ['-F', chain]),
    ...chains.map((chain) => ['-X', chain]),
  ];
}

/** Removes what the plugin has left. A machine without iptables has nothing of it. */
export function cleanUpHostPorts(): void {
  const { stdout } = spawnSync('iptables', ['-w', '-t', 'nat', '-S'], { encoding: 'utf8' });
  for (const args of planHostPortCleanup(stdout ?? '')) spawnSync('iptables', ['-w', '-t', 'nat', ...args], { stdio: 'ignore' });
}
