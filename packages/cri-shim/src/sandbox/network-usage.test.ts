import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkUsage } from './network-usage';

const DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth0:    2000      20    1    0    0     0          0         0     3000      30    2    0    0     0       0          0
  net1:       5       1    0    0    0     0          0         0        6       1    0    0    0     0       0          0
`;

it('is what the kernel counts of each interface but the loopback', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'network-usage-'));
  try {
    mkdirSync(join(folder, '7/net'), { recursive: true });
    writeFileSync(join(folder, '7/net/dev'), DEV);
    expect(await networkUsage(7, folder)).toMatchObject({
      defaultInterface: { name: 'eth0', rxBytes: { value: 2000 }, rxErrors: { value: 1 }, txBytes: { value: 3000 }, txErrors: { value: 2 } },
      interfaces: [{ name: 'net1', rxBytes: { value: 5 }, txBytes: { value: 6 } }],
    });
    expect(await networkUsage(8, folder)).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
