import type { ApiRequest } from '../http/messages';

/** The longest name of a manager, in bytes. */
const MAX_BYTES = 128;

const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** Who manages what a request writes: whom it names, or its program by the first part of its user agent. */
export function managerOf({ context, headers }: ApiRequest): string {
  return context.query.get('fieldManager') || programOf(headers['user-agent'] ?? '') || UNKNOWN;
}

const UNKNOWN = 'unknown';

function programOf(userAgent: string): string {
  const slash = userAgent.indexOf('/');
  const program = utf8(slash < 0 ? userAgent : userAgent.slice(0, slash)).replace(UNPRINTABLE, '');
  return program.length * 3 <= MAX_BYTES ? program : cut(program);
}

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** Node reads headers byte by byte. */
function utf8(header: string): string {
  return BEYOND_ASCII.test(header) ? Buffer.from(header, 'latin1').toString('utf8') : header;
}

function cut(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_BYTES) break;
    kept += character;
  }
  return kept;
}
