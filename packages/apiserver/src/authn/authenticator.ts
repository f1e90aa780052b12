import type { UserInfo } from '../chain/request-context';
import type { ApiRequest } from '../http/messages';

/** Tells who the client is: undefined if it says nothing that this authenticator knows; throws if what it says is wrong. */
export interface Authenticator {
  authenticate(request: ApiRequest): UserInfo | undefined | Promise<UserInfo | undefined>;
  /** Tells whose bearer token it is. Absent where tokens are not what it knows. */
  authenticateToken?(token: string): UserInfo | undefined | Promise<UserInfo | undefined>;
}
