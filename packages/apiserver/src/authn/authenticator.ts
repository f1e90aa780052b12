import type { UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';

/** A promise only where something has to be waited for. */
export type Eventually<T> = T | Promise<T>;

/** What is to be told of the use of a token: in the audit event of the request, and to the client. */
export interface TokenNotes {
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  readonly warning?: string;
}

/** What a client says of itself is wrong. The message is for the log, and for those who may review tokens; it never has the token. */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  readonly notes: TokenNotes | undefined;

  constructor(message: string, options: ErrorOptions & { readonly notes?: TokenNotes } = {}) {
    super(message, options);
    this.notes = options.notes;
  }
}

/** Whose token it is, and for which of the audiences that were asked for. */
export interface TokenOwner {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
  readonly notes?: TokenNotes;
}

/** Tells whose bearer token it is: undefined where it is of another kind, throws where it is of this kind but wrong. */
export interface TokenAuthenticator {
  authenticateToken(token: string, audiences: readonly string[]): Eventually<TokenOwner | undefined>;
}

/** Tells who the client is: undefined if it says nothing that this authenticator knows; throws if what it says is wrong. */
export interface Authenticator {
  authenticate(request: ApiRequest): Eventually<UserInfo | undefined>;
  /** Tells whose bearer token it is; `audiences` are by default the server's own. Absent where tokens are not what it knows. */
  authenticateToken?(token: string, audiences?: readonly string[]): Eventually<TokenOwner | undefined>;
}
