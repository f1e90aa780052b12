import { newInternalError } from '@typekube/apimachinery';
import { forbidden } from '../chain/authorization';
import type { RequestContext } from '../chain/request-context';
import type { Authorizer } from './authorizer';
import { requestAttributes } from './request-attributes';

/** For a request that does more than its own verb says: what it does must be allowed, too. Rejects with 403 and upstream's text. */
export async function requireVerb(authorizer: Authorizer, context: RequestContext, verb: string): Promise<void> {
  if (context.info.verb === verb) return;
  const attributes = { ...requestAttributes(context), verb };
  const { decision, reason, error } = await authorizer.authorize(attributes);
  if (decision === 'Allow') return;
  throw error ? newInternalError(new Error(error)) : forbidden(attributes, reason);
}
