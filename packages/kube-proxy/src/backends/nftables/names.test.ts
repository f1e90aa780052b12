import { endpoint, servicePort } from '../../testing/objects';
import { endpointNames, serviceChains } from './names';

describe('names of chains', () => {
  const port = servicePort({ namespace: 'ns1', name: 'svc1', portName: 'p80' });

  it('are those of upstream', () => {
    expect(serviceChains(port)).toEqual({
      cluster: 'service-ULMVA6XW-ns1/svc1/tcp/p80',
      local: 'local-ULMVA6XW-ns1/svc1/tcp/p80',
      external: 'external-ULMVA6XW-ns1/svc1/tcp/p80',
      firewall: 'firewall-ULMVA6XW-ns1/svc1/tcp/p80',
    });
    expect(endpointNames(port, endpoint('10.180.0.1', { port: 80 })).chain).toBe(
      'endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80',
    );
  });

  it('hold no colons and are short enough', () => {
    const long = servicePort({ namespace: 'n'.repeat(63), name: 's'.repeat(63), portName: 'p'.repeat(63) });
    const { chain, affinity } = endpointNames(long, endpoint('2001:db8:1111:2222:3333:4444:5555:6666', { port: 65_535 }));
    for (const name of [chain, affinity]) {
      expect(name).not.toContain(':');
      expect(name.length).toBeLessThan(256);
      expect(name).toMatch(/\.\.\.$/);
    }
  });
});
