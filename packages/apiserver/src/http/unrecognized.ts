import { newBadRequest, type StatusError } from '@typekube/apimachinery';

const SUMMARY_BYTES = 30;

/** The answer to a body that does not even tell what it is: 400, with its beginning. (transformDecodeError) */
export function unrecognized(kind: string, body: Buffer, cause: Error): StatusError {
  const message = `the object provided is unrecognized (must be of type ${kind}): ${cause.message} (${summarize(body)})`;
  return newBadRequest(message, { cause });
}

/** What looks like JSON is shown as text, the rest in hexadecimal digits. */
function summarize(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const ellipsis = body.length > SUMMARY_BYTES ? ' ...' : '';
  const start = body.subarray(0, SUMMARY_BYTES);
  return `${start.toString(start[0] === 0x7b ? 'utf8' : 'hex')}${ellipsis}`;
}
