import type { AdmissionTarget } from '../admission';

const GROUP = 'admissionregistration.k8s.io';
const PLURALS = new Set([
  'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings',
]);

/** Policies do not judge policies: nobody could mend a broken one. */
export function isPolicyObject({ resource: { definition } }: Pick<AdmissionTarget, 'resource'>): boolean {
  return definition.group === GROUP && PLURALS.has(definition.plural);
}
