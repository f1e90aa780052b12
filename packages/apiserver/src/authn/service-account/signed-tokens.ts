import { createHash } from 'node:crypto';
import type { VerificationKey } from '@typekube/component-base';
import { AuthenticationError } from '../authenticator';
import { BoundedMap } from '../../cache/bounded-map';
import { recordOf } from '../json-claims';

/** How many verified tokens are kept, and how many refused ones, and for how long. */
const MAX_TOKENS = 4096;
const VERIFIED_MILLISECONDS = 60_000;
const REFUSED_MILLISECONDS = 10_000;

/**
 * Verifies signatures. That one is right is remembered with what `read` makes of its claims, as verifying takes longer than all the rest of a
 * request; that one is wrong too, so that whoever sends the same again and again costs little. Nothing else about a token is remembered.
 */
export class SignedTokens<T> {
  private readonly verified = new BoundedMap<string, T>(MAX_TOKENS);
  private readonly refused = new BoundedMap<string, AuthenticationError>(MAX_TOKENS);
  private readonly byId = new Map<string, VerificationKey[]>();

  constructor(
    private readonly keys: readonly VerificationKey[],
    private readonly read: (payload: Readonly<Record<string, unknown>>) => T,
  ) {
    for (const key of keys) this.byId.set(key.id, [...(this.byId.get(key.id) ?? []), key]);
  }

  /** What was read of a token that was verified of late. */
  known(token: string): T | undefined {
    return this.verified.get(token);
  }

  /** Rejects with an AuthenticationError if no key fits, or `read` throws. */
  async verify(token: string): Promise<T> {
    const digest = createHash('sha256').update(token).digest('base64');
    const earlier = this.refused.get(digest);
    if (earlier) throw earlier;
    try {
      const value = this.read(await this.payloadOf(token));
      this.verified.set(token, value, VERIFIED_MILLISECONDS);
      return value;
    } catch (error) {
      if (error instanceof AuthenticationError) this.refused.set(digest, error, REFUSED_MILLISECONDS);
      throw error;
    }
  }

  private async payloadOf(token: string): Promise<Readonly<Record<string, unknown>>> {
    const { compactVerify, decodeProtectedHeader, errors } = await import('jose');
    try {
      const { kid } = decodeProtectedHeader(token);
      for (const { key, algorithm } of this.candidates(kid)) {
        try {
          // Only the algorithm of the key itself counts: what the token says of it is the word of whoever made the token.
          const { payload } = await compactVerify(token, key, { algorithms: [algorithm] });
          return recordOf(JSON.parse(Buffer.from(payload).toString('utf8')));
        } catch (error) {
          const isOfAnotherKey = error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed;
          if (!isOfAnotherKey) throw error;
        }
      }
    } catch (error) {
      throw new AuthenticationError(`the token cannot be read: ${(error as Error).message}`, { cause: error });
    }
    throw new AuthenticationError('invalid signature: no key of this server has signed the token');
  }

  /** As upstream: those of that id, or all where none has it. */
  private candidates(kid: string | undefined): readonly VerificationKey[] {
    return (kid !== undefined && this.byId.get(kid)) || this.keys;
  }
}
