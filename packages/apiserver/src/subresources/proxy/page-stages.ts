import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { constants, createDeflate, createDeflateRaw, createGunzip, createGzip, createInflate, createInflateRaw } from 'node:zlib';

/** Answers that have no body. */
const BODILESS: ReadonlySet<number | undefined> = new Set([204, 304]);

const BEST = { level: constants.Z_BEST_COMPRESSION };

/**
 * What an answer passes through before the client gets it: the rewriting of its links if it is a page. A redirect's page is left alone, as upstream, and
 * so is one in an encoding that is not known.
 */
export async function pageStages(answer: IncomingMessage, method: string, rewrite: (link: string) => string): Promise<readonly Duplex[]> {
  const { headers, statusCode } = answer;
  const type = headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'text/html' || headers.location !== undefined || method === 'HEAD' || BODILESS.has(statusCode)) return [];
  // Loaded with the first page: a server has to be ready before.
  const { HtmlLinks } = require('./html-links') as typeof import('./html-links');
  switch (headers['content-encoding'] ?? '') {
    case '':
      return [new HtmlLinks(rewrite)];
    case 'gzip':
      return (await firstByte(answer)) === undefined ? [] : [createGunzip(), new HtmlLinks(rewrite), createGzip()];
    case 'deflate':
      return inDeflate(await firstByte(answer), new HtmlLinks(rewrite));
    default:
      return [];
  }
}

/** "deflate" is one with zlib's header by its definition, and one without for many servers, upstream's proxy among them. */
function inDeflate(first: number | undefined, links: Duplex): readonly Duplex[] {
  if (first === undefined) return [];
  const hasZlibHeader = (first & 0x0f) === 8;
  return hasZlibHeader ? [createInflate(), links, createDeflate(BEST)] : [createInflateRaw(), links, createDeflateRaw(BEST)];
}

/** The first byte of a body, which stays to be read; undefined if it is empty: what is not there is no compressed page. */
async function firstByte(answer: IncomingMessage): Promise<number | undefined> {
  let chunk = answer.read() as Buffer | null;
  if (chunk === null) {
    const heard = new AbortController();
    // A body that is empty has no more to be read, and ends.
    await Promise.race([once(answer, 'readable', heard), once(answer, 'end', heard)]);
    heard.abort();
    chunk = answer.read() as Buffer | null;
  }
  if (chunk === null) return undefined;
  answer.unshift(chunk);
  return chunk[0];
}
