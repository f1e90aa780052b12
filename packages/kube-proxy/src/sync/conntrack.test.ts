import { silentLogger } from '@typekube/component-base';
import type { PortState } from '../model/changes';
import { endpoint, servicePort } from '../testing/objects';
import { deleteUdpFlows, staleUdpFlows } from './conntrack';

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

  it('is understood by conntrack', async () => {
    const warnings: unknown[] = [];
    const log = { ...silentLogger, warn: (...warning: unknown[]) => void warnings.push(warning) };
    // Addresses for documentation: there are no such flows.
    await deleteUdpFlows([['--orig-dst', '192.0.2.9', '--orig-port-dst', '53', '--dst-nat', '192.0.2.10']], 'IPv4', log);
    expect(warnings).toEqual([]);
  });
});
