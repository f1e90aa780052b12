import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HttpGet } from './probe';

export interface HttpAnswer {
  readonly code: number;
  /** Its beginning. */
  readonly body: string;
  readonly location: string | undefined;
}

export type RequestHeaders = Readonly<Record<string, string | string[]>>;

/** Events hold no more of an answer. */
export const MAX_OUTPUT = 10 * 1024;

/** What a request is sent with: a name that is given several times has all of its values, and the defaults give way to what is given. */
export function requestHeaders(given: NonNullable<HttpGet['httpHeaders']>, agent: string): RequestHeaders {
  const values = new Map<string, string[]>();
  for (const { name, value } of given) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const { accept = ['*/*'], host, 'user-agent': agents = [agent], ...others } = Object.fromEntries(values);
  return {
    ...others,
    'user-agent': agents[0] ?? '',
    ...(accept[0] && { accept }),
    ...(host?.[0] && { host: host[0] }),
    connection: 'close',
  };
}

/** Asks once, without looking at certificates. An answer that does not end is taken for what its beginning says. */
export function getOnce(url: URL, headers: RequestHeaders, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const call = request(url, { headers, signal, rejectUnauthorized: false, agent: false }, (response) => {
      let body = '';
      const end = (): void => {
        resolve({ code: response.statusCode ?? 0, body, location: response.headers.location });
        call.destroy();
      };
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body = (body + text).slice(0, MAX_OUTPUT);
        if (body.length === MAX_OUTPUT) end();
      });
      response.on('error', reject);
      response.on('end', end);
    });
    call.on('error', reject);
    call.end();
  });
}

/** Whether a server has answered without TLS where TLS was expected. */
export function isPlainAnswer(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPROTO' && String(error).includes('wrong version number');
}
