import { duplicate, FieldPath, isDNS1123Subdomain, required, tooMany, type FieldError } from '@typekube/apimachinery';
import { invalidEach, isMissing, validateImmutable } from '../../../shared/fields/field-rules';
import type { schedulingv1alpha2 } from '../../../types';
import { validatePathSegment } from '../../networking/ingress/validate-backend';
import { validateScheduling, validateShortName } from '../pod-group/validate-scheduling';

type Workload = schedulingv1alpha2.Workload;

const CONTROLLER = FieldPath.of('spec', 'controllerRef');
const TEMPLATES = FieldPath.of('spec', 'podGroupTemplates');
const MAX_TEMPLATES = 8;

export function validateWorkload({ spec }: Workload): FieldError[] {
  const templates = spec?.podGroupTemplates ?? [];
  const errors = [...validateController(spec?.controllerRef), ...validateTemplateCount(templates.length)];
  if (errors.length > 0 && templates.length > MAX_TEMPLATES) return errors;
  const names = templates.map(({ name }) => name);
  return templates.reduce<FieldError[]>((found, template, i) => {
    const path = TEMPLATES.index(i);
    found.push(...validateShortName(template.name, path.child('name')));
    if (names.indexOf(template.name) < i) found.push(duplicate(path, template.name));
    found.push(...validateScheduling(template, path));
    return found;
  }, errors);
}

/** The controller may be set once; the templates stay. */
export function validateWorkloadUpdate({ spec }: Workload, old: Workload): FieldError[] {
  const oldController = old.spec?.controllerRef;
  return [
    ...(oldController
      ? validateImmutable(spec?.controllerRef, oldController, CONTROLLER)
      : validateController(spec?.controllerRef)),
    ...validateImmutable(spec?.podGroupTemplates, old.spec?.podGroupTemplates, TEMPLATES),
    ...validateTemplateCount(spec?.podGroupTemplates?.length ?? 0),
  ];
}

function validateTemplateCount(count: number): FieldError[] {
  if (count === 0) return [required(TEMPLATES, 'must have at least one item')];
  return count > MAX_TEMPLATES ? [tooMany(TEMPLATES, count, MAX_TEMPLATES)] : [];
}

function validateController(reference: schedulingv1alpha2.TypedLocalObjectReference | undefined): FieldError[] {
  if (!reference) return [];
  const { apiGroup, kind, name } = reference;
  return [
    ...(isMissing(apiGroup) ? [] : invalidEach(CONTROLLER.child('apiGroup'), apiGroup, isDNS1123Subdomain(apiGroup))),
    ...validatePathSegment(kind, CONTROLLER.child('kind')),
    ...validatePathSegment(name, CONTROLLER.child('name')),
  ];
}
