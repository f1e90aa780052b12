import { newForbidden, type StatusError } from '@typekube/apimachinery';
import type { AdmissionAttributes } from './admission';

/** The refusal of a write, which names the object by what is known of its name (upstream's admission.NewForbidden). */
export function forbidden({ name, object, resource }: AdmissionAttributes, why: string): StatusError {
  const known = name || object?.metadata?.name || object?.metadata?.generateName || 'Unknown';
  return newForbidden(resource.groupResource, known, why);
}
