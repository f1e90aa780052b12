import { type Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { parseJson } from '@typekube/apimachinery';

/** An answer is a verdict and at most a patch of one object. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export interface PostTarget {
  readonly url: URL;
  readonly agent: Agent;
  /** Where it is connected to, if not to the host of the URL. */
  readonly address?: { readonly host: string; readonly port: number };
  /** The name that the certificate must have, if not that host. */
  readonly servername?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** There was no answer, or none that could be read; the message is what Go's client would say. */
export class PostError extends Error {
  override readonly name = 'PostError';

  constructor(
    message: string,
    /** Of an answer that was an error. */
    readonly code: number | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Sends JSON and reads the JSON that comes back. Fails with a PostError if that takes too long, is too long, or comes with an error. */
export async function postJson(target: PostTarget, body: Buffer, timeoutMs: number): Promise<unknown> {
  const answer = await send(target, body, timeoutMs).catch((error: unknown) => {
    if (error instanceof PostError) throw error;
    throw new PostError(`Post ${JSON.stringify(target.url.href)}: ${reasonOf(error as Error)}`, undefined, { cause: error });
  });
  return readAnswer(answer);
}

function send({ url, agent, address, servername, headers }: PostTarget, body: Buffer, timeoutMs: number): Promise<Answer> {
  const options: RequestOptions = {
    method: 'POST',
    agent,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'Content-Length': body.length, Host: url.host, ...headers },
    host: address?.host ?? url.hostname.replace(/^\[|\]$/g, ''),
    port: address?.port ?? (url.port || 443),
    path: url.pathname + url.search,
    signal: AbortSignal.timeout(timeoutMs),
    ...(servername && { servername }),
  };
  return new Promise((resolve, reject) => {
    const asking = httpsRequest(options, (message) => {
      readAll(message).then((bytes) => resolve({ code: message.statusCode ?? 0, bytes }), reject);
    });
    asking.once('error', reject);
    asking.end(body);
  });
}

interface Answer {
  readonly code: number;
  readonly bytes: Buffer;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      message.destroy();
      throw new PostError(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`, message.statusCode);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readAnswer({ code, bytes }: Answer): unknown {
  if (code === 404) throw new PostError('the server could not find the requested resource', code);
  if (code < 200 || code >= 300) {
    const text = JSON.stringify(bytes.subarray(0, 1024).toString('utf8').trim());
    throw new PostError(`an error on the server (${text}) has prevented the request from succeeding`, code);
  }
  try {
    return parseJson(bytes);
  } catch (error) {
    throw new PostError(`couldn't get version/kind; json parse error: ${(error as Error).message}`, code, { cause: error });
  }
}

/** What Go's client would say. */
export function reasonOf(error: Error & { code?: string; address?: string; port?: number }): string {
  switch (error.code) {
    case 'ABORT_ERR':
      return 'context deadline exceeded';
    case 'ECONNREFUSED':
      return `dial tcp ${error.address ?? ''}:${error.port ?? ''}: connect: connection refused`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'CERT_SIGNATURE_FAILURE':
      return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    case 'CERT_HAS_EXPIRED':
      return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
    default:
      return error.name === 'TimeoutError' ? 'context deadline exceeded' : error.message;
  }
}
