import type { MetricsRegistry } from '@typekube/component-base';

/** How often tokens of which kind have been used, with upstream's names. */
export interface TokenUses {
  legacy: number;
  /** Projected tokens after the time when their user should have asked for another, and before. */
  stale: number;
  valid: number;
  legacyManual: number;
  legacyAuto: number;
  invalidLegacyAuto: number;
}

const METRICS: readonly (readonly [keyof TokenUses, name: string, help: string])[] = [
  ['legacy', 'legacy_tokens_total', 'Cumulative legacy service account tokens used'],
  ['stale', 'stale_tokens_total', 'Cumulative stale projected service account tokens used'],
  ['valid', 'valid_tokens_total', 'Cumulative valid projected service account tokens used'],
  ['legacyManual', 'legacy_manual_token_uses_total', 'Cumulative manually created legacy tokens used'],
  ['legacyAuto', 'legacy_auto_token_uses_total', 'Cumulative auto-generated legacy tokens used'],
  ['invalidLegacyAuto', 'invalid_legacy_auto_token_uses_total', 'Cumulative invalid auto-generated legacy tokens used'],
];

/** Counts that are shown as metrics when these are read. */
export function countTokenUses(registry: MetricsRegistry): TokenUses {
  const uses: TokenUses = { legacy: 0, stale: 0, valid: 0, legacyManual: 0, legacyAuto: 0, invalidLegacyAuto: 0 };
  for (const [kind, name, help] of METRICS) {
    registry.counter({ name: `serviceaccount_${name}`, help, collect: (counter) => counter.inc(uses[kind]) });
  }
  return uses;
}
