import { once } from 'node:events';
import { type ClientRequest, get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { trustedRoots } from './trusted-roots';

export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** After so long without a byte the server is given up. */
  readonly idleMs: number;
}

const MAX_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/**
 * Gets from any port: `fetch` refuses those that browsers do, and a registry may stand there. Follows redirects, as registries send to where their
 * blobs are; another server is not shown the authorization. The caller reads the answer or destroys it. Rejects with the system's error.
 */
export async function httpGet(url: string, { headers, signal, idleMs }: GetOptions): Promise<IncomingMessage> {
  let from = new URL(url);
  let sent = headers;
  for (let redirects = 0; ; redirects++) {
    const answer = await getOnce(from, { headers: sent, signal, idleMs });
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.statusCode) || location === undefined) return answer;
    answer.destroy();
    if (redirects === MAX_REDIRECTS) throw new Error(`stopped after ${MAX_REDIRECTS} redirects`);
    const to = new URL(location, from);
    if (to.protocol !== 'http:' && to.protocol !== 'https:') throw new Error(`unsupported protocol scheme "${to.protocol.slice(0, -1)}"`);
    if (to.origin !== from.origin) sent = withoutAuthorization(sent);
    from = to;
  }
}

/** A connection that was kept may be ended by the server just when it is used again: that says nothing of the server. */
async function getOnce(url: URL, options: GetOptions): Promise<IncomingMessage> {
  for (;;) {
    const request = ask(url, options);
    try {
      return await answerOf(request, options.idleMs);
    } catch (error) {
      if (!request.reusedSocket || codeOf(error) !== 'ECONNRESET') throw error;
    }
  }
}

function ask(url: URL, { headers, signal }: GetOptions): ClientRequest {
  if (url.protocol !== 'https:') return getPlain(url, { headers, signal });
  const secureContext = trustedRoots();
  return getSecure(url, { headers, signal, ...(secureContext && { secureContext }) });
}

async function answerOf(request: ClientRequest, idleMs: number): Promise<IncomingMessage> {
  let answer: IncomingMessage | undefined;
  request.setTimeout(idleMs, () => (answer ?? request).destroy(new Error('i/o timeout')));
  [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function withoutAuthorization({ authorization: _authorization, ...others }: Readonly<Record<string, string>>): Record<string, string> {
  return others;
}

/** The whole body. Rejects, and reads no further, where it is longer than that. */
export async function readAtMost(answer: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new Error(`the answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
