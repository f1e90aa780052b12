import type { AuthorizationAttributes, Authorizer } from '../authz/authorizer';
import type { UserInfo } from '../chain/request-context';

/** Whether the user may do that with a signer, or with all of its domain (certificates.IsAuthorizedForSignerName). */
export async function mayUseSigner(authorizer: Authorizer, user: UserInfo, verb: string, signerName: string): Promise<boolean> {
  const domain = signerName.split('/', 1)[0] ?? '';
  for (const name of [signerName, `${domain}/*`]) {
    const { decision } = await authorizer.authorize(
      resourceAttributes({ user, verb, apiGroup: 'certificates.k8s.io', apiVersion: '*', resource: 'signers', name }),
    );
    if (decision === 'Allow') return true;
  }
  return false;
}

type Asked = Pick<AuthorizationAttributes, 'user' | 'verb' | 'apiGroup' | 'apiVersion' | 'resource' | 'name'> &
  Partial<Pick<AuthorizationAttributes, 'namespace' | 'subresource'>>;

/** What a plugin asks about a resource. */
export function resourceAttributes(asked: Asked): AuthorizationAttributes {
  return { isResourceRequest: true, path: '', namespace: '', subresource: '', ...asked };
}
