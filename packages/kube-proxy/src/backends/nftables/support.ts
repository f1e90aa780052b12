import type { Logger } from '@typekube/component-base';
import { IP_FAMILIES, type IpFamily } from '../../model/ip-family';
import type { RunNft } from './nft';
import { DIALECTS, TABLE } from './ruleset';

/** The families that the kernel can have rules for, tried without writing any. Rejects where there is none. */
export async function usableFamilies(nft: RunNft, log: Logger): Promise<IpFamily[]> {
  const usable: IpFamily[] = [];
  const failures: unknown[] = [];
  for (const family of IP_FAMILIES) {
    try {
      await nft(['--check', '-f', '-'], `add table ${DIALECTS[family].table} ${TABLE}-check\n`);
      usable.push(family);
    } catch (error) {
      log.info('No nftables support for family', { family, error: String(error) });
      failures.push(error);
    }
  }
  if (usable.length > 0) return usable;
  throw new AggregateError(failures, `no nftables support: ${failures.map(String).join('; ')}`);
}
