import { silentLogger } from '@typekube/component-base';
import type { PortState } from '../model/changes';
import { endpoint, servicePort } from '../testing/objects';
import { deleteUdpFlows, type RunConntrack, staleUdpFlows } from './conntrack';

const dns = servicePort({ protocol: 'udp', port: 53, nodePort: 30_053, externalIps: ['192.0.2.9'] });
const state = (ips: readonly string[], service = dns): PortState => ({ service, endpoints: ips.map((ip) => endpoint(ip)) });

describe('staleUdpFlows', () => {
  const to = (...more: string[]): string[][] => [
    ['--orig-dst', '10.96.0.10', '--orig-port-dst', '53', ...more],
    ['--orig-dst', '192.0.2.9', '--orig-port-dst', '53', ...more],
    ['--orig-port-dst', '30053', ...more],
  ];
  const one = state(['10.244.0.2']);

  it.each<[string, readonly PortState[], readonly PortState[], string[][]]>([
    ['nothing changed', [one], [one], []],
    ['an endpoint came to another', [one], [state(['10.244.0.2', '10.244.0.3'])], []],
    ['an endpoint left', [state(['10.244.0.2', '10.244.0.3'])], [one], to('--dst-nat', '10.244.0.3')],
    ['the service left', [one], [], to('--dst-nat', '10.244.0.2')],
    ['the first endpoint came', [state([])], [one], to()],
    ['TCP ends by itself', [state(['10.244.0.2'], servicePort())], [], []],
  ])('%s', (_, before, after, flows) => {
    expect(staleUdpFlows(before, after)).toEqual(flows);
  });
});

describe('deleteUdpFlows', () => {
  it('warns when it cannot, not when there is none', async () => {
    const calls: unknown[] = [];
    const warnings: unknown[] = [];
    const log = { ...silentLogger, warn: (...warning: unknown[]) => void warnings.push(warning) };
    const codes: (string | number)[] = [0, 1, 'ENOENT'];
    const conntrack: RunConntrack = async (args) => {
      calls.push(args);
      return { code: codes[calls.length - 1] ?? 0, text: 'not found' };
    };
    await deleteUdpFlows([['a'], ['b'], ['c']], { family: 'IPv6', conntrack, log });
    expect(calls[0]).toEqual(['-D', '-p', 'udp', '-f', 'ipv6', 'a']);
    expect(warnings).toEqual([['Failed to delete stale UDP flows', { filter: 'c', error: 'not found' }]]);
  });
});
