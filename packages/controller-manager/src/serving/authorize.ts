import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { certificateIdentity } from '@typekube/component-base';
import { type Client, subjectAccessReviews, tokenReviews } from '@typekube/client';

interface User {
  readonly user: string;
  readonly groups: readonly string[];
}

/** How a request stands with the API server, as HTTP says it. */
export type Verdict = 'allowed' | 'unauthenticated' | 'forbidden';

/**
 * Asks the API server who makes a request (its bearer token; a client certificate that TLS has checked speaks for itself) and
 * whether that user may read the path: upstream's delegated authentication and authorization.
 */
export async function authorize(client: Client, request: IncomingMessage, path: string): Promise<Verdict> {
  const user = certificateUser(request) ?? (await tokenUser(client, request));
  if (!user) return 'unauthenticated';
  const review = await client.for(subjectAccessReviews).create({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: { user: user.user, groups: [...user.groups], nonResourceAttributes: { path, verb: 'get' } },
  });
  return review.status?.allowed ? 'allowed' : 'forbidden';
}

function certificateUser({ socket }: IncomingMessage): User | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const { commonName, organizations } = certificateIdentity(certificate);
  return { user: commonName, groups: [...organizations, 'system:authenticated'] };
}

async function tokenUser(client: Client, { headers }: IncomingMessage): Promise<User | undefined> {
  const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (!token) return undefined;
  const review = await client.for(tokenReviews).create({
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: {},
    spec: { token },
  });
  const { authenticated, user } = review.status ?? {};
  return authenticated && user?.username ? { user: user.username, groups: user.groups ?? [] } : undefined;
}
