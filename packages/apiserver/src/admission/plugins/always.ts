import type { AdmissionPlugin } from '../admission';
import { forbidden } from '../forbidden';

/** Upstream's AlwaysAdmit, which has no meaning any more. */
export function alwaysAdmit(): AdmissionPlugin {
  return { name: 'AlwaysAdmit', handles: () => false };
}

/** Upstream's AlwaysDeny, for tests of clients. */
export function alwaysDeny(): AdmissionPlugin {
  return {
    name: 'AlwaysDeny',
    handles: () => true,
    validate(attributes) {
      throw forbidden(attributes, 'admission control is denying all modifications');
    },
  };
}
