import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { authorizationv1 } from '@typekube/api';
import { certificateIdentity } from '@typekube/component-base';
import type { Client } from '../resources/client';
import { subjectAccessReviews, tokenReviews } from '../resources/kinds';

/** Who asks a server that leaves it to the API server to know its callers and what they may (upstream's delegated authentication and authorization). */
export interface Caller {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Who says nothing of itself. */
export const ANONYMOUS: Caller = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** What somebody asks to do. */
export type AccessAttributes = Pick<authorizationv1.SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>;

export interface AccessAnswer {
  readonly allowed: boolean;
  readonly reason: string;
}

const AUTHENTICATED = 'system:authenticated';
const TIMEOUT_MILLISECONDS = 10_000;

/** The bearer token that a request brings. */
export function bearerTokenOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** The caller by its client certificate, if TLS has verified one. */
export function certificateCaller({ socket }: Pick<IncomingMessage, 'socket'>): Caller | undefined {
  const certificate = socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (!certificate) return undefined;
  const { commonName, organizations } = certificateIdentity(certificate);
  return commonName ? { name: commonName, groups: withAuthenticated(organizations) } : undefined;
}

/** Asks the API server whose token it is; undefined if nobody's. Rejects where it cannot be asked. */
export async function reviewToken(client: Client, token: string): Promise<Caller | undefined> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: { token } } as const;
  const { status } = await client.for(tokenReviews).create(review, { timeoutMilliseconds: TIMEOUT_MILLISECONDS });
  const { username, uid, groups = [], extra } = status?.user ?? {};
  if (!status?.authenticated || !username) return undefined;
  return { name: username, groups: withAuthenticated(groups), ...(uid && { uid }), ...(extra && { extra }) };
}

/** Asks the API server whether a caller may do that. Rejects where it cannot be asked. */
export async function reviewAccess(client: Client, { name, uid, groups, extra }: Caller, attributes: AccessAttributes): Promise<AccessAnswer> {
  const copied = extra && Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
  const spec = { user: name, groups: [...groups], ...attributes, ...(uid && { uid }), ...(copied && { extra: copied }) };
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: {}, spec } as const;
  const { status } = await client.for(subjectAccessReviews).create(review, { timeoutMilliseconds: TIMEOUT_MILLISECONDS });
  return { allowed: status?.allowed ?? false, reason: status?.reason ?? '' };
}

/** Whom a proxy names as nobody stays nobody. */
export function withAuthenticated(groups: readonly string[]): readonly string[] {
  return groups.includes(AUTHENTICATED) || groups.includes('system:unauthenticated') ? groups : [...groups, AUTHENTICATED];
}
