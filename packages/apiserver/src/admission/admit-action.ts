import type { KubeObject } from '@typekube/apimachinery';
import { admit, type AdmittedRequest, validate, type WriteServices } from '../registry/write-context';
import type { AdmissionOperation } from './admission';

/** Both halves of admission for what is not stored itself: a binding, an eviction, a connection. `object` may be changed. */
export async function admitAction(
  request: AdmittedRequest,
  operation: Extract<AdmissionOperation, 'CREATE' | 'CONNECT'>,
  object: KubeObject,
  services: WriteServices,
): Promise<void> {
  await admit(request, { operation, object }, services);
  await validate(request, { operation, object }, services);
}
