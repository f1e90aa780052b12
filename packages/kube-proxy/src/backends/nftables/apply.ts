import { type Clock, type Logger, systemClock } from '@typekube/component-base';
import type { IpFamily } from '../../model/ip-family';
import { readTable } from './existing';
import { NftError, type RunNft } from './nft';
import { DIALECTS, type Ruleset, TABLE } from './ruleset';
import { deletionTransaction, fullTransaction, partialTransaction } from './transaction';

export interface ApplierOptions {
  readonly family: IpFamily;
  readonly nft: RunNft;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Is told when empty chains could not be deleted; it is tried again. */
  readonly onCleanupFailure?: () => void;
}

/** For how long chains without references are kept; see Transaction.stale. */
const STALE_MILLISECONDS = 1000;

/** Brings rulesets into the kernel, each by one transaction. Not to be called again before a call has ended. */
export class NftablesApplier {
  /** What the kernel has. Undefined: not known, it is to be read and replaced as a whole. */
  private current: Ruleset | undefined;
  private readonly stale = new Map<string, number>();
  private readonly clock: Clock;

  constructor(private readonly options: ApplierOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /**
   * Resolves when the kernel has the ruleset. Rejects with an NftError when nothing has changed; the next call then replaces
   * everything.
   */
  async apply(ruleset: Ruleset): Promise<'full' | 'partial'> {
    const before = this.current;
    this.current = undefined;
    const { family, nft, log } = this.options;
    await this.deleteStale();
    const transaction = before ? partialTransaction(before, ruleset) : fullTransaction(await readTable(nft, family), ruleset);
    log.v(9)?.info('Running nftables transaction', { transaction: transaction.text });
    if (transaction.text) await nft(['-f', '-'], transaction.text);
    const now = this.clock.monotonic();
    for (const chain of transaction.stale) this.stale.set(chain, now);
    for (const chain of ruleset.chains.keys()) this.stale.delete(chain);
    this.current = ruleset;
    return before ? 'partial' : 'full';
  }

  /** There are chains to delete when their time has come: at the next call. */
  get hasStale(): boolean {
    return this.stale.size > 0;
  }

  /** Reads what the kernel has; where something was taken away, the next call replaces everything. */
  async verify(): Promise<void> {
    const { current, options } = this;
    if (!current) return;
    const existing = await readTable(options.nft, options.family);
    const hasChains = [...current.chains.keys()].every((name) => existing?.chains.has(name));
    const hasSets = [...current.sets.keys()].every((name) => existing?.sets.has(name));
    if (hasChains && hasSets) return;
    options.log.warn('Rules have been changed by somebody else; writing them anew', { family: options.family });
    this.current = undefined;
  }

  /** A failure is no reason not to go on with the new rules. */
  private async deleteStale(): Promise<void> {
    const due = [...this.stale].filter(([, since]) => this.clock.monotonic() - since >= STALE_MILLISECONDS).map(([name]) => name);
    if (due.length === 0) return;
    const { family, nft, log, onCleanupFailure } = this.options;
    for (const chain of due) this.stale.delete(chain);
    try {
      await nft(['-f', '-'], deletionTransaction(family, due));
    } catch (error) {
      if (error instanceof NftError && error.isNotFound) return;
      log.warn('Unable to delete stale chains; will retry later', { error: String(error) });
      onCleanupFailure?.();
      for (const chain of due) this.stale.set(chain, this.clock.monotonic());
    }
  }
}

/** Takes all rules of a proxy away, also another's of this kind (`--cleanup`). */
export async function removeTable(nft: RunNft, family: IpFamily): Promise<void> {
  try {
    await nft(['delete', 'table', DIALECTS[family].table, TABLE]);
  } catch (error) {
    if (!(error instanceof NftError && error.isNotFound)) throw error;
  }
}
