import type { Job } from '../shared/objects';
import { countCommon, countOf, type Intervals, parseIntervals } from './intervals';
import { completionsOf } from './job-fields';

/** In words which rule of the success policy the succeeded indexes fulfil, if any. (matchSuccessPolicy) */
export function metSuccessPolicy(job: Job, succeeded: Intervals): string | undefined {
  if (succeeded.length === 0) return undefined;
  const rules = job.spec?.successPolicy?.rules ?? [];
  const met = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && countOf(succeeded) >= succeededCount;
    const required = parseIntervals(succeededIndexes, completionsOf(job));
    if (required.length === 0) return false;
    const common = countCommon(required, succeeded);
    return common === countOf(required) || (succeededCount !== undefined && common >= succeededCount);
  });
  return met < 0 ? undefined : `Matched rules at index ${met}`;
}
