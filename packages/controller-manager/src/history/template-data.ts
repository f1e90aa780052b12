import { isJsonObject, semanticEqual } from '@typekube/apimachinery';
import { sortKeys } from '../shared/canonical-json';
import type { ControllerRevision, PodTemplateSpec } from '../shared/objects';

/**
 * What a revision remembers of a set: a strategic merge patch that brings the template back. Its keys are in order, as kubectl compares its
 * bytes. (getPatch)
 */
export function templateData(template: PodTemplateSpec): Record<string, unknown> {
  return { spec: sortKeys({ template: { ...template, $patch: 'replace' } }) };
}

/** The template that a revision remembers; undefined where it remembers something else. (ApplyRevision) */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec | undefined {
  const template = isJsonObject(data?.spec) ? data.spec.template : undefined;
  if (!isJsonObject(template)) return undefined;
  const { $patch: _, ...rest } = template;
  return isTemplate(rest) ? rest : undefined;
}

/** Whether a revision remembers this template. Meaning counts, not bytes: upstream's of before v1.34 hold an empty creationTimestamp. */
export function remembers(revision: ControllerRevision, template: PodTemplateSpec): boolean {
  return semanticEqual(templateOf(revision), template);
}

/** Sets with other templates are not let in by the API server. */
function isTemplate(value: Readonly<Record<string, unknown>>): value is PodTemplateSpec {
  return isJsonObject(value.spec) && Array.isArray(value.spec.containers);
}
