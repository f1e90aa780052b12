import { type CheckedOptions, optionProblem } from './check-options';

const GOOD: CheckedOptions = { port: 6443, podCidr: '10.244.0.0/24', serviceCidr: '10.96.0.0/16', without: [], timeout: 60 };

it.each<[string, Partial<CheckedOptions>, RegExp | undefined]>([
  ['the defaults', {}, undefined],
  ['a name and an address', { nodeName: 'node-1.local', nodeIp: '192.0.2.1', without: ['kube-dns'] }, undefined],
  ['a port that is no number', { port: Number.NaN }, /^--port must be a number between 1 and 65535$/],
  ['a port beyond all', { port: 65_536 }, /^--port/],
  ['no time', { timeout: Number.NaN }, /^--timeout/],
  ['a name that is none', { nodeName: 'Node_1' }, /^--node-name: a lowercase RFC 1123 subdomain/],
  ['an address that is none', { nodeIp: 'here' }, /^--node-ip must be an IPv4 address, not "here"$/],
  ['a prefix that is none', { podCidr: '10.0.0.0/99' }, /^--pod-cidr must be .* not "10\.0\.0\.0\/99"$/],
  ['a range without addresses', { serviceCidr: '10.0.0.0/32' }, /^--service-cidr/],
  ['a range of IPv6', { podCidr: 'fd00::/64' }, /^--pod-cidr/],
  ['ranges with addresses in common', { podCidr: '10.96.3.0/24' }, /^--pod-cidr 10\.96\.3\.0\/24 and --service-cidr 10\.96\.0\.0\/16 have addresses in common$/],
  ['a component that there is not', { without: ['scheduler'] }, /^--without: there is no component "scheduler": there are kube-apiserver, /],
])('takes or refuses %s', (_, options, problem) => {
  const found = optionProblem({ ...GOOD, ...options });
  if (problem) expect(found).toMatch(problem);
  else expect(found).toBeUndefined();
});
