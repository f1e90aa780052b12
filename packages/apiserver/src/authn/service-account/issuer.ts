import type { SigningKey } from '@typekube/component-base';
import type { TokenClaims } from './claims';

/** Makes service account tokens. */
export interface TokenIssuer {
  /** What a token is for that names no audience. */
  readonly apiAudiences: readonly string[];
  /** `--service-account-max-token-expiration`; undefined for no other bound than the API's own. */
  readonly maxExpirationSeconds: number | undefined;
  /** `--service-account-extend-token-expiration`: a pod's own token outlives its time, with a warning, for clients that do not read it again. */
  readonly extendsExpiration: boolean;
  sign(claims: TokenClaims): Promise<string>;
}

export interface TokenIssuerOptions extends Omit<TokenIssuer, 'sign'> {
  readonly issuer: string;
  readonly key: SigningKey;
}

export function tokenIssuer({ issuer, key, ...options }: TokenIssuerOptions): TokenIssuer {
  return {
    ...options,
    async sign(claims) {
      const { SignJWT } = await import('jose');
      const { aud, ...others } = claims;
      // An audience is always a list, also where it is one: as upstream writes it.
      const payload = { aud: [...aud], iss: issuer, ...others };
      return new SignJWT(payload).setProtectedHeader({ alg: key.algorithm, kid: key.id }).sign(key.key);
    },
  };
}
