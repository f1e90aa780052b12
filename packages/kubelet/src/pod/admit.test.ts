import type { PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { refusalOf } from './admit';

const sysctls = (...names: string[]): Partial<PodSpec> => ({ securityContext: { sysctls: names.map((name) => ({ name, value: '1' })) } });

it.each<[string, Partial<PodSpec>, string | undefined]>([
  ['no sysctl', {}, undefined],
  ['a safe one', sysctls('net.ipv4.tcp_syncookies', 'kernel.shm_rmid_forced'), undefined],
  ['a safe one with slashes', sysctls('net/ipv4/tcp_syncookies'), undefined],
  ['an unsafe one', sysctls('net.ipv4.tcp_syncookies', 'kernel.msgmax'), 'forbidden sysctl: "kernel.msgmax" not allowlisted'],
  ['one of the whole machine', sysctls('vm.swappiness'), 'forbidden sysctl: "vm.swappiness" not allowlisted'],
  ['one that is allowed', sysctls('kernel.sem'), undefined],
  ['one that is allowed with others', sysctls('net.core.somaxconn'), undefined],
  ['one that is allowed, but has no namespace', sysctls('vm.max_map_count'), 'forbidden sysctl: "vm.max_map_count" not allowlisted'],
  ["one of the node's network", { ...sysctls('net.ipv4.tcp_syncookies'), hostNetwork: true }, 'forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host Net enabled'],
  ["one of the node's IPC", { ...sysctls('kernel.sem'), hostIPC: true }, 'forbidden sysctl: "kernel.sem" not allowed with host IPC enabled'],
])('%s', (_, spec, message) => {
  const refusal = refusalOf(podOf(['a'], spec), { allowedUnsafeSysctls: ['kernel.sem', 'net.core.*', 'vm.*'] });
  expect(refusal).toEqual(message && { reason: 'SysctlForbidden', message });
});
