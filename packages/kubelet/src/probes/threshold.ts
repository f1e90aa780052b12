import type { Probe } from './probe';

/** What a row of equal outcomes means: undefined where the row is too short to change anything. */
export function nextResult(
  { failureThreshold = 3, successThreshold = 1 }: Pick<Probe, 'failureThreshold' | 'successThreshold'>,
  run: { readonly wasSuccess: boolean; readonly count: number },
): boolean | undefined {
  if (run.wasSuccess) return run.count >= successThreshold ? true : undefined;
  return run.count >= failureThreshold ? false : undefined;
}
