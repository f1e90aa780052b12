import { FieldPath, isDNS1123Label } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { warningsForPodTemplate } from '../../../shared/pod-template/warnings';
import type { batchv1 } from '../../../types';
import { generateSelector } from './generated-selector';
import { validate } from './validate';
import { validateStatusUpdate } from './validate-status';
import { validateUpdate } from './validate-update';

const SPEC = FieldPath.of('spec');

export const strategy: Strategy<batchv1.Job> = {
  prepareForCreate(job) {
    generateSelector(job);
    job.status = {};
  },
  validate,
  warningsOnCreate: ({ metadata, spec }) => [
    ...warningsForPodTemplate(spec?.template, SPEC.child('template')),
    ...warningsForJobName(metadata.name ?? ''),
    ...warningsForJobSpec(spec, SPEC),
  ],
  prepareForUpdate(job, old) {
    keepField(job, old, 'status');
  },
  validateUpdate,
  warningsOnUpdate: ({ spec }, old) =>
    semanticEqual(spec, old.spec)
      ? []
      : [...warningsForPodTemplate(spec?.template, SPEC.child('template')), ...warningsForJobSpec(spec, SPEC)],
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
  defaultPropagation: 'orphan',
};

/** Names of jobs and cron jobs go into the names of pods and hosts. */
export function warningsForJobName(name: string): string[] {
  const problems = isDNS1123Label(name);
  if (problems.length === 0) return [];
  const consequence =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: ${consequence}: [${problems.join(' ')}]`];
}

const MANY_COMPLETIONS = 100_000;
const HIGH_PARALLELISM = 10_000;

/** Warnings about a job, alone or in a cron job's template. */
export function warningsForJobSpec(spec: batchv1.JobSpec | undefined, path: FieldPath): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec ?? {};
  if (completionMode !== 'Indexed' || completions <= MANY_COMPLETIONS || parallelism <= HIGH_PARALLELISM) return [];
  const limit = 'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4';
  const consequence = 'Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
  return [`${path.child('completions')}: ${limit}, ${consequence}`];
}

export const statusStrategy: Strategy<batchv1.Job> = deriveStatusStrategy(strategy, { validateUpdate: validateStatusUpdate });
