import type { IpFamily } from '../../model/ip-family';
import { NftError, type RunNft } from './nft';
import { DIALECTS, TABLE } from './ruleset';

/** What stands in our table, whoever put it there. */
export interface ExistingTable {
  readonly chains: ReadonlyMap<string, { readonly isHooked: boolean }>;
  readonly sets: ReadonlyMap<string, ExistingSet>;
}

export interface ExistingSet {
  readonly kind: 'set' | 'map';
  readonly timeoutSeconds: number | undefined;
}

/** Reads names and kinds, not the elements of sets. Undefined where there is no table. */
export async function readTable(nft: RunNft, family: IpFamily): Promise<ExistingTable | undefined> {
  try {
    return parseTable(await nft(['--json', '--terse', 'list', 'table', DIALECTS[family].table, TABLE]));
  } catch (error) {
    if (error instanceof NftError && error.isNotFound) return undefined;
    throw error;
  }
}

interface Entry {
  readonly chain?: { readonly name: string; readonly hook?: string };
  readonly set?: { readonly name: string; readonly timeout?: number };
  readonly map?: { readonly name: string };
}

/** Reads nft's JSON (libnftables-json(5)). */
export function parseTable(text: string): ExistingTable {
  const { nftables }: { readonly nftables: readonly Entry[] } = JSON.parse(text);
  const chains = new Map<string, { readonly isHooked: boolean }>();
  const sets = new Map<string, ExistingSet>();
  for (const { chain, set, map } of nftables) {
    if (chain) chains.set(chain.name, { isHooked: chain.hook !== undefined });
    if (set) sets.set(set.name, { kind: 'set', timeoutSeconds: set.timeout });
    if (map) sets.set(map.name, { kind: 'map', timeoutSeconds: undefined });
  }
  return { chains, sets };
}
