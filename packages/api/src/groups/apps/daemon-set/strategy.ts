import { FieldPath } from '@typekube/apimachinery';
import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { warningsForPodTemplate } from '../../../shared/pod-template/warnings';
import type { appsv1 } from '../../../types';
import { validate, validateStatusUpdate, validateUpdate } from './validate';

const TEMPLATE = FieldPath.of('spec', 'template');

/** Counts the versions of the template; a field once, since apps/v1 an annotation that the server keeps. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export const strategy: Strategy<appsv1.DaemonSet> = {
  prepareForCreate(object) {
    object.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
    setTemplateGeneration(object, Math.max(1, templateGeneration(object)));
  },
  validate,
  warningsOnCreate: ({ spec }) => warningsForPodTemplate(spec?.template, TEMPLATE),
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
    const changed = !semanticEqual(object.spec?.template, old.spec?.template);
    setTemplateGeneration(object, templateGeneration(old) + (changed ? 1 : 0));
  },
  validateUpdate,
  warningsOnUpdate: ({ spec }, old) => (semanticEqual(spec, old.spec) ? [] : warningsForPodTemplate(spec?.template, TEMPLATE)),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

function templateGeneration({ metadata }: appsv1.DaemonSet): number {
  const text = metadata.annotations?.[TEMPLATE_GENERATION] ?? '';
  return /^\d+$/.test(text) ? Number(text) : 0;
}

function setTemplateGeneration({ metadata }: appsv1.DaemonSet, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

export const statusStrategy: Strategy<appsv1.DaemonSet> = deriveStatusStrategy(strategy, {
  validateUpdate: validateStatusUpdate,
});
