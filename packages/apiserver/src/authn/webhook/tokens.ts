import { createHash } from 'node:crypto';
import type { Clock } from '@typekube/component-base';
import type { UserInfo } from '../../chain/request-context';
import { withRetries } from '../../webhook-target/retries';
import { type WebhookConnection, WebhookStatusError } from '../../webhook-target/webhook-connection';
import { AuthenticationError, type TokenAuthenticator, type TokenOwner } from '../authenticator';
import { intersect } from '../bearer-tokens';
import { BoundedMap } from '../../cache/bounded-map';
import { isTexts, recordOf, textOf } from '../json-claims';

export interface WebhookTokensOptions {
  readonly connection: WebhookConnection;
  /** Of the TokenReview: `v1` or `v1beta1`. */
  readonly version: string;
  readonly apiAudiences: readonly string[];
  readonly cacheMilliseconds: number;
  readonly clock: Clock;
}

/** What the webhook said: whose token it is, or why it is nobody's. */
type Verdict = TokenOwner | AuthenticationError | undefined;

const MAX_VERDICTS = 4096;
/** Requests to the webhook at one time; whoever comes then is refused, so that a flood ends here. */
const MAX_RUNNING = 256;

/** Asks another server, by a TokenReview, whose token it is. What it says is kept for a while, be it yes or no; one question is asked once at a time. */
export function webhookTokens(options: WebhookTokensOptions): TokenAuthenticator {
  const known = new BoundedMap<string, { readonly verdict: Verdict }>(MAX_VERDICTS, () => options.clock.now());
  const running = new Map<string, Promise<Verdict>>();
  const ask = async (key: string, token: string, audiences: readonly string[]): Promise<Verdict> => {
    const verdict = await review(options, token, audiences);
    known.set(key, { verdict }, options.cacheMilliseconds);
    return verdict;
  };
  return {
    authenticateToken(token, audiences) {
      const key = createHash('sha256').update(JSON.stringify([token, audiences])).digest('base64');
      const kept = known.get(key);
      if (kept) return ownerOf(kept.verdict);
      let asked = running.get(key);
      if (!asked) {
        if (running.size >= MAX_RUNNING) throw new AuthenticationError('too many tokens are being asked of the webhook');
        asked = ask(key, token, audiences).finally(() => running.delete(key));
        running.set(key, asked);
      }
      return asked.then(ownerOf);
    },
  };
}

function ownerOf(verdict: Verdict): TokenOwner | undefined {
  if (verdict instanceof AuthenticationError) throw verdict;
  return verdict;
}

/** Rejects where the webhook does not answer as it should: that is no verdict. */
async function review(options: WebhookTokensOptions, token: string, audiences: readonly string[]): Promise<Verdict> {
  const { version, apiAudiences } = options;
  const question = {
    kind: 'TokenReview',
    apiVersion: `authentication.k8s.io/${version}`,
    metadata: {},
    spec: { token, ...(audiences.length && { audiences }) },
  };
  const body = await persistently(options, JSON.stringify(question));
  const status = recordOf(recordOf(JSON.parse(body))['status']);
  const error = textOf(status['error']);
  if (status['authenticated'] !== true) return error ? new AuthenticationError(error) : undefined;
  const given = status['audiences'];
  const granted = isTexts(given) && given.length ? given : apiAudiences;
  const shared = intersect(granted, audiences);
  if (audiences.length && !shared.length) return undefined;
  return { user: userOf(recordOf(status['user'])), audiences: shared };
}

/** Tries again where that may help. Rejects with why the last attempt failed. */
async function persistently({ connection, clock }: WebhookTokensOptions, body: string): Promise<string> {
  try {
    return await withRetries(() => connection.post(body), { clock });
  } catch (error) {
    throw error instanceof WebhookStatusError ? new AuthenticationError(`the webhook token authenticator answered ${error.code}`) : error;
  }
}

function userOf(user: Readonly<Record<string, unknown>>): UserInfo {
  const { groups, extra } = user;
  const uid = textOf(user['uid']);
  const values = Object.entries(recordOf(extra)).filter((entry): entry is [string, readonly string[]] => isTexts(entry[1]));
  return {
    name: textOf(user['username']),
    ...(uid && { uid }),
    groups: isTexts(groups) ? groups : [],
    ...(values.length && { extra: Object.fromEntries(values) }),
  };
}
