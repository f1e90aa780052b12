import { hasReason } from '@typekube/apimachinery';
import { type Client, runtimeClasses } from '@typekube/client';
import { type Pod, specOf } from '../objects';

/** The handler of the pod's runtime class, empty for the runtime's own choice. Rejects where there is no such class. */
export async function runtimeHandlerOf(pod: Pod, client: Client): Promise<string> {
  const { runtimeClassName } = specOf(pod);
  if (!runtimeClassName) return '';
  try {
    return (await client.for(runtimeClasses).get(runtimeClassName)).handler;
  } catch (error) {
    if (hasReason(error, 'NotFound')) throw new Error(`RuntimeClass "${runtimeClassName}" not found`, { cause: error });
    throw error;
  }
}
