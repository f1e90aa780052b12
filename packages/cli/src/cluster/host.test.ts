import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostProblem } from './host';

describe('hostProblem', () => {
  const folder = mkdtempSync(join(tmpdir(), 'host-'));
  const [bin, cni] = [join(folder, 'bin'), join(folder, 'cni')];

  beforeAll(() => {
    for (const path of [bin, cni]) mkdirSync(path);
    for (const name of ['containerd', 'runc', 'nft', 'unshare', 'flock', 'ip', 'iptables']) writeFileSync(join(bin, name), '', { mode: 0o755 });
    for (const name of ['bridge', 'host-local', 'portmap']) writeFileSync(join(cni, name), '', { mode: 0o755 });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const facts = { uid: 0, path: `/nowhere:${bin}`, pluginFolders: ['/nowhere', cni] };

  it('has nothing to say of a machine that has everything', () => {
    expect(hostProblem('up', facts)).toBeUndefined();
  });

  it('asks for root first', () => {
    expect(hostProblem('up', { ...facts, uid: 1000, path: '' })).toMatch(/^typekube up needs root: .* Try: sudo typekube up$/);
  });

  it('names all programs and plugins that are missing, with their packages', () => {
    expect(hostProblem('up', { ...facts, path: '' })).toBe(
      'not found: containerd, runc, nft, unshare, flock, ip, iptables. On Debian or Ubuntu: apt-get install containerd runc nftables util-linux iproute2 iptables',
    );
    expect(hostProblem('up', { ...facts, pluginFolders: [] })).toBe(
      'not found: CNI plugin bridge, CNI plugin host-local, CNI plugin portmap. On Debian or Ubuntu: apt-get install containernetworking-plugins',
    );
    chmodSync(join(bin, 'containerd'), 0o644);
    expect(hostProblem('up', facts)).toContain('not found: containerd. On');
  });
});
