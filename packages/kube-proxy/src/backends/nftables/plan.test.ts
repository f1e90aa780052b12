import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PortState } from '../../model/changes';
import { endpoint, planContext, servicePort } from '../../testing/objects';
import type { PlanContext } from './context';
import { Planner } from './plan';
import type { Ruleset } from './ruleset';
import { fullTransaction, partialTransaction } from './transaction';

/** The rules that nft is given, in files; `UPDATE_GOLDEN=1` writes them anew, and the diff is read. */
function expectGolden(name: string, text: string): void {
  const path = join(__dirname, 'golden', `${name}.nft`);
  if (process.env['UPDATE_GOLDEN'] || !existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}

const two = [endpoint('10.244.0.2'), endpoint('10.244.1.2', { isLocal: false })];
const rulesOf = (ports: readonly PortState[], context: PlanContext = planContext()): Ruleset =>
  new Planner().plan(ports, context).ruleset;

const CASES: Readonly<Record<string, { readonly ports: readonly PortState[]; readonly context?: Partial<PlanContext> }>> = {
  'no-services': { ports: [] },
  'cluster-ip': { ports: [{ service: servicePort({ portName: 'http' }), endpoints: two }] },
  'many-endpoints': { ports: [{ service: servicePort(), endpoints: [2, 3, 4, 5, 6].map((i) => endpoint(`10.244.0.${i}`)) }] },
  'masquerade-all': {
    ports: [{ service: servicePort(), endpoints: two }],
    context: { masqueradeAll: true, podTraffic: undefined },
  },
  'no-endpoints': { ports: [{ service: servicePort({ nodePort: 30_080, externalIps: ['192.0.2.9'] }), endpoints: [] }] },
  'external-cluster': {
    ports: [
      { service: servicePort({ nodePort: 30_080, externalIps: ['192.0.2.9'], loadBalancerIps: ['192.0.2.10'] }), endpoints: two },
    ],
    context: { nodePortIps: 'all' },
  },
  'external-local': {
    ports: [
      { service: servicePort({ nodePort: 30_080, loadBalancerIps: ['192.0.2.10'], externalPolicyLocal: true }), endpoints: two },
    ],
  },
  'external-local-elsewhere': {
    ports: [
      {
        service: servicePort({ nodePort: 30_080, loadBalancerIps: ['192.0.2.10'], externalPolicyLocal: true }),
        endpoints: two.slice(1),
      },
    ],
  },
  'internal-local-elsewhere': { ports: [{ service: servicePort({ internalPolicyLocal: true }), endpoints: two.slice(1) }] },
  affinity: { ports: [{ service: servicePort({ affinitySeconds: 60 }), endpoints: two }] },
  'source-ranges': {
    ports: [
      {
        service: servicePort({ loadBalancerIps: ['192.0.2.10'], sourceRanges: ['192.0.2.0/24', '203.0.113.0/24'] }),
        endpoints: two,
      },
    ],
  },
  ipv6: {
    ports: [
      {
        service: servicePort({ protocol: 'udp', clusterIp: 'fd00::10', nodePort: 30_080 }),
        endpoints: [endpoint('fd01::2'), endpoint('fd01::3')],
      },
    ],
    context: { family: 'IPv6', nodePortIps: ['2001:db8::1'], podTraffic: undefined, serviceCidrs: ['fd00::/112'] },
  },
};

describe('the plan of nftables rules', () => {
  it.each(Object.entries(CASES))('%s', (name, { ports, context }) => {
    expectGolden(name, fullTransaction(undefined, rulesOf(ports, planContext(context))).text);
  });

  it('gives an address that two services claim to the first by name', () => {
    const claim = (name: string, clusterIp: string): PortState => ({
      service: servicePort({ name, clusterIp, externalIps: ['192.0.2.9'] }),
      endpoints: two,
    });
    const both = [claim('b', '10.96.0.2'), claim('a', '10.96.0.1')];
    for (const ports of [both, both.toReversed()]) {
      expect(rulesOf(ports).sets.get('service-ips')?.elements.get('192.0.2.9 . tcp . 80')?.verdict).toContain('default/a/tcp/');
    }
  });

  it('counts ports that lack endpoints of the node', () => {
    const ports = [
      { service: servicePort({ nodePort: 1, externalPolicyLocal: true, internalPolicyLocal: true }), endpoints: two.slice(1) },
    ];
    expect(new Planner().plan(ports, planContext()).lackingLocal).toEqual({ internal: 1, external: 1 });
  });
});

describe('partialTransaction', () => {
  const web: PortState = { service: servicePort(), endpoints: two };
  const other: PortState = { service: servicePort({ name: 'other', clusterIp: '10.96.0.11' }), endpoints: two };

  it('is empty where nothing has changed', () => {
    expect(partialTransaction(rulesOf([web, other]), rulesOf([other, web]))).toEqual({ text: '', stale: [] });
  });

  it.each<[string, readonly PortState[], readonly PortState[]]>([
    ['service-added', [other], [other, web]],
    ['service-removed', [other, web], [other]],
    ['endpoint-removed', [other, web], [other, { ...web, endpoints: two.slice(1) }]],
    ['last-endpoint-removed', [web], [{ ...web, endpoints: [] }]],
    [
      'affinity-changed',
      [{ ...web, service: servicePort({ affinitySeconds: 60 }) }],
      [{ ...web, service: servicePort({ affinitySeconds: 61 }) }],
    ],
  ])('%s', (name, before, after) => {
    const { text, stale } = partialTransaction(rulesOf(before), rulesOf(after));
    expectGolden(`partial-${name}`, `${text}${stale.map((chain) => `# stale: ${chain}\n`).join('')}`);
    expect(text).not.toContain('default/other');
  });
});
